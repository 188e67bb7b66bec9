import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { Command } from "../../../schemas/command.js";
import { UserError } from "../../../schemas/errors.js";
import type { Session } from "../../../schemas/session.js";
import { trailerOf, withoutTrailer, withTrailer } from "./attribution.js";

declare module "../../../core/types.js" {
  interface Registries {
    commitPrompt: { readonly name: string; readonly text: string };
  }
}

/** Looking through what is to be staged takes its time in a large repository. */
const DEADLINE = 60_000;

const setup: Setup = (ctx) => {
  /** Sessions whose turn makes a commit. */
  const committing = new WeakSet<Session>();
  let guarded = false;

  function guard(session: Session): void {
    committing.add(session);
    if (guarded) return;
    guarded = true;
    ctx.tap(
      "PreToolUse",
      async (pending, one) => {
        if (!worksFor(one, committing)) return undefined;
        const { objection } = await import("./guard-commit.js");
        const trailer = trailerOf(ctx.settings["commit"], one);
        const { call } = pending;
        const reason = await objection(ctx.kernel, { ...pending, call: withoutTrailer(call, trailer) }, one);
        if (reason !== undefined) return { ...pending, decision: { behavior: "deny" as const, reason } };
        return trailer === undefined || pending.again ? undefined : { ...pending, call: withTrailer(call, trailer) };
      },
      { deadline: DEADLINE },
    );
    ctx.tap("Event", (event, one) => {
      if (event.type === "end") committing.delete(one);
    });
  }

  ctx.add(
    "command",
    live<Command>({
      name: "commit",
      async run({ session, args, signal }) {
        if (!session.offers("Git") || !ctx.all("tool").some(({ name }) => name === "Git")) {
          throw new UserError("/commit needs the tool Git, which is not there.");
        }
        const { describeChanges } = await import("./describe-changes.js");
        const changes = await describeChanges(session, signal);
        if (changes.isEmpty) return { answer: "There is nothing to commit." };
        guard(session);
        // Where a person is there they see the message before it is used: git's own question is the proposal.
        const allow = ["Bash(git add *)", ...(session.headless ? ["Bash(git commit *)"] : [])];
        (await ctx.kernel.service("permissions"))?.forTurn(session, { allow }, "/commit");
        const words = ctx.all("commitPrompt")[0]?.text ?? "";
        const wish = args === "" ? [] : [`The user says: ${args}`];
        return { prompt: [{ type: "text", text: [words, ...wish, changes.text].join("\n\n") }] };
      },
    }),
  );
};
export default setup;

/** Whether a session, or one it works for, is on a list. */
function worksFor(session: Session, list: WeakSet<Session>): boolean {
  return list.has(session) || (session.agent !== undefined && worksFor(session.agent.of, list));
}
