import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import type { PendingCall } from "../../../schemas/decision.js";
import type { Agents } from "../../../schemas/kinds.js";
import type { Session } from "../../../schemas/session.js";
import type { Tool } from "../../../schemas/tool.js";
import { textOf } from "../../../schemas/message.js";
import type { AgentInput, Desk } from "./desk.js";
import type { News } from "./news.js";
import type { Roster } from "./roster.js";

/** After commands and hooks: what they keep from the model would be told to nobody. */
const STAGE = 100;

const setup: Setup = (ctx) => {
  let found: Promise<Roster> | undefined;
  let opened: Promise<Desk> | undefined;
  let told: Promise<News> | undefined;
  const roster = (): Promise<Roster> => (found ??= import("./roster.js").then((module) => new module.Roster(ctx)));
  const desk = (): Promise<Desk> => (opened ??= openDesk());
  const news = (): Promise<News> => (told ??= tell());
  const openDesk = async (): Promise<Desk> => new (await import("./desk.js")).Desk(ctx, await roster());
  const tell = async (): Promise<News> => new (await import("./news.js")).News(await roster());

  ctx.add(
    "tool",
    live<Tool>({
      name: "Agent",
      // All that an agent does is judged when it does it; a worktree is made before it can do anything.
      effectOf: ({ isolation }) => (isolation === "worktree" ? "exec" : "read"),
      run: async (input, context) => (await desk()).run(input as unknown as AgentInput, context),
    }),
  );
  ctx.tap("PreToolUse", (pending, session) => named(pending, session, desk), { stage: -100 });
  ctx.tap(
    "UserPromptSubmit",
    async (prompt, session) => {
      if (prompt.handled !== undefined || prompt.blocked !== undefined) return undefined;
      const one = await news();
      const words = [...(await one.of(session)), ...(await one.called(textOf(prompt.content), session))];
      return words.length === 0 ? undefined : { ...prompt, context: [...prompt.context, ...words] };
    },
    { stage: STAGE },
  );
  const agents: Agents = {
    list: async () => {
      const all = await (await roster()).all();
      return all.map(({ name, description, origin }) => ({ name, description, origin }));
    },
    define: async (given, from) => (await roster()).define(given, from),
    main: async (name) => (await desk()).main(name),
  };
  ctx.add("service", { name: "agents", service: agents });
};
export default setup;

/** Rules name agents as they are called, so that is what gates are to see. */
async function named(
  pending: PendingCall,
  session: Session,
  desk: () => Promise<Desk>,
): Promise<PendingCall | undefined> {
  const { call } = pending;
  if (call.name !== "Agent" || pending.again) return undefined;
  const type = await (await desk()).typeOf(call.input, session).catch(() => undefined);
  if (!type || type.name === call.input["subagent_type"]) return undefined;
  return { ...pending, call: { ...call, input: { ...call.input, subagent_type: type.name } } };
}
