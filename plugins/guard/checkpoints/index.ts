import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Command } from "../../../schemas/command.js";
import type { Subcommand } from "../../../schemas/front.js";
import { Keeper } from "./keeper.js";

declare module "../../../core/types.js" {
  interface Registries {
    checkpointWords: { readonly name: string; readonly text: string };
  }
}

/** Behind all who still change what a tool did, such as formatters that hooks start. */
const LAST = 1_000;

const setup: Setup = (ctx) => {
  const keeper = new Keeper(ctx);
  ctx.add("middleware", keeper);
  // Tapped here and not in the manifest: a run that changes nothing must not load this module.
  ctx.tap("PostToolUse", (finished, call, session) => keeper.finished(finished, call, session), { stage: LAST });
  ctx.tap("UserPromptSubmit", async (prompt, session) => keeper.prompted(prompt, session), { stage: LAST });
  ctx.tap("Event", (event, session) => {
    if (event.type === "close") keeper.closed(session);
  });
  ctx.add("service", { name: "checkpoints", service: keeper });
  for (const name of ["undo", "rewind"] as const) {
    ctx.add(
      "subcommand",
      live<Subcommand>({
        name,
        run: async (invocation) => (await import("./cli.js"))[name](ctx, keeper, invocation),
      }),
    );
    ctx.add("command", live<Command>({ name, run: async (call) => (await import("./slash.js"))[name](keeper, call) }));
  }
  ctx.onDispose(() => keeper.dispose());
};
export default setup;
