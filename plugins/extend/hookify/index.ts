import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Command } from "../../../schemas/command.js";
import type { KindReader } from "../../../schemas/parts.js";
import type { Session } from "../../../schemas/session.js";
import { Rules } from "./rules.js";
import { tapRules } from "./taps.js";

declare module "../../../core/types.js" {
  interface Registries {
    /** Words for the model that makes rules. */
    hookifyPrompt: { readonly name: string; readonly text: string };
  }
}

/** Rules in Markdown files that warn or block, and the command that makes them. */
const setup: Setup = (ctx) => {
  let main: Session | undefined;
  const said = new Set<string>();
  const rules = new Rules(ctx.kernel, (text) => {
    if (said.has(text)) return;
    said.add(text);
    main?.emit({ type: "notice", at: ctx.kernel.clock.now(), level: "warning", text, plugin: ctx.plugin.name });
  });
  ctx.add(
    "kind",
    live<KindReader>({
      name: "hookify",
      read: async (places, from) => (await import("./read-parts.js")).readParts(places, from),
    }),
  );
  ctx.add(
    "command",
    live<Command>({
      name: "hookify",
      run: async (call) => (await import("./command.js")).hookify(ctx, rules, call),
    }),
  );
  ctx.tap("SessionStart", async (_, session) => void (main ??= session));
  ctx.tap("UserPromptSubmit", async (_, session) => void (main ??= session), { stage: -100 });
  tapRules(ctx, rules);
};
export default setup;
