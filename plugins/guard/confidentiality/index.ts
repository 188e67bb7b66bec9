import { live } from "../../../core/live.js";
import type { PluginContext, Setup } from "../../../core/types.js";
import type { Subcommand } from "../../../schemas/front.js";
import { isExit } from "./exits.js";
import { keyTerm, termsIn, type Action, type Term } from "./term.js";

/** Before the permission gate, which judges what is left of a call; and time for git to list what a push takes along. */
const OPTIONS = { stage: 50, deadline: 60_000 } as const;

const setup: Setup = (ctx) => {
  let terms: readonly Term[] | undefined;
  ctx.tap(
    "PreToolUse",
    async (pending, session) => {
      if (!isExit(pending)) return undefined;
      terms ??= termsOf(ctx);
      if (terms.length === 0) return undefined;
      return (await import("./guard.js")).guard(ctx.kernel, terms, pending, session);
    },
    OPTIONS,
  );
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "confidentiality",
      run: async (invocation) => (await import("./subcommand.js")).confidentialitySubcommand(termsOf(ctx), invocation),
    }),
  );
};

export default setup;

function termsOf({ settings }: PluginContext): readonly Term[] {
  const own = termsIn(settings["terms"]);
  const { secrets } = settings;
  return secrets === "off" ? own : [...own, keyTerm(secrets as Action)];
}
