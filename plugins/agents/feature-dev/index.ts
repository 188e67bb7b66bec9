import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import type { Command } from "../../../schemas/command.js";
import type { Features } from "./feature.js";

declare module "../../../core/types.js" {
  interface Registries {
    /** Words for the model at one step of /feature-dev. */
    featurePhase: { readonly name: string; readonly text: string };
  }
}

const setup: Setup = (ctx) => {
  let features: Promise<Features> | undefined;
  ctx.add(
    "command",
    live<Command>({
      name: "feature-dev",
      async run(call) {
        if (!ctx.all("tool").some(({ name }) => name === "Agent")) {
          throw new UserError("/feature-dev needs the tool Agent, which is not there.");
        }
        features ??= import("./feature.js").then((module) => new module.Features(ctx));
        return (await features).command(call);
      },
    }),
  );
};
export default setup;
