import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { CommandSource } from "../../../schemas/command.js";
import type { Subcommand } from "../../../schemas/front.js";
import type { KindReader } from "../../../schemas/parts.js";
import { AliasDesk } from "./desk.js";
import { Tightening } from "./tightening.js";

/** Beside the commands, which are looked up where a slash stands in front. */
const STAGE = 50;
/** An alias may run programs and agents, so it gets a day. */
const DEADLINE = 86_400_000;

/** Short names for tool calls, written in a language of their own. */
const setup: Setup = (ctx) => {
  const desk = new AliasDesk(ctx, new Tightening(ctx));
  const source = async (): Promise<Omit<CommandSource, "order">> =>
    (await import("./alias-source.js")).aliasSource(desk);

  ctx.add(
    "kind",
    live<KindReader>({
      name: "alias",
      read: async (places, from) => (await import("./read-aliases.js")).readAliases(places, from),
    }),
  );
  ctx.add(
    "commandSource",
    live<CommandSource>({
      name: "aliases",
      find: async (name, session) => (await source()).find(name, session),
      list: async (session) => (await source()).list(session),
    }),
  );
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "alias",
      run: async (invocation) => (await import("./alias-command.js")).aliasCommand(desk, invocation),
    }),
  );
  ctx.tap(
    "UserPromptSubmit",
    async (prompt, session) => {
      const [first] = prompt.content;
      if (first?.type !== "text" || !/^\s*@/.test(first.text)) return undefined;
      if (prompt.blocked !== undefined || prompt.handled !== undefined) return undefined;
      const { answerPrompt } = await import("./answer-prompt.js");
      return answerPrompt(prompt, session, { desk, signal: prompt.signal ?? ctx.signal });
    },
    { stage: STAGE, deadline: DEADLINE },
  );
};
export default setup;
