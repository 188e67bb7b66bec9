import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Subcommand } from "../../../schemas/front.js";

const setup: Setup = (ctx) => {
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "skill eval",
      run: async (invocation) => (await import("./evaluate.js")).evaluate(ctx.kernel, invocation),
    }),
  );
};
export default setup;
