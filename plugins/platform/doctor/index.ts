import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import { EXIT } from "../../../schemas/errors.js";
import type { Subcommand } from "../../../schemas/front.js";
import { jsonText } from "../../../schemas/json-text.js";

const setup: Setup = (ctx) => {
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "doctor",
      async run({ io, flags }) {
        const { report } = await import("./report.js");
        const { reportText } = await import("./report-text.js");
        const result = await report(ctx.kernel, io);
        const width = Math.max(40, (io.stdout.isTTY ? io.stdout.columns : undefined) ?? 100);
        io.stdout.write(flags["json"] === true ? `${jsonText(result, 2)}\n` : reportText(result, width));
        return result.broken.length === 0 ? EXIT.done : EXIT.failed;
      },
    }),
  );
};
export default setup;
