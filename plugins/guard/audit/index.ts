import { live } from "../../../core/live.js";
import type { PluginContext, Setup } from "../../../core/types.js";
import type { Subcommand } from "../../../schemas/front.js";
import { Journal } from "./journal.js";

const setup: Setup = (ctx) => {
  if (isOn(ctx)) {
    const journal = new Journal(ctx);
    const close = (): void => journal.closeAll();
    process.once("exit", close);
    ctx.tap("Event", (event, session) => journal.take(event, session));
    ctx.onDispose(() => {
      process.off("exit", close);
      close();
    });
  }
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "audit",
      run: async (invocation) => (await import("./subcommand.js")).auditSubcommand(ctx.kernel, invocation),
    }),
  );
};

export default setup;

/** What the user said last, or any project that wants it: one that says no does not count. */
function isOn({ kernel }: PluginContext): boolean {
  const origins = kernel.settings.origins("audit.enabled");
  const isProjects = (layer: string): boolean => layer === "project" || layer === "local";
  const own = origins.findLast(({ layer }) => !isProjects(layer));
  return own?.value === true || origins.some(({ layer, value }) => isProjects(layer) && value === true);
}
