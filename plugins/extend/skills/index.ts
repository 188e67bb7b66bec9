import { live } from "../../../core/live.js";
import type { PluginContext, Setup } from "../../../core/types.js";
import type { CommandSource } from "../../../schemas/command.js";
import type { Subcommand } from "../../../schemas/front.js";
import type { KindReader } from "../../../schemas/parts.js";
import type { Tool } from "../../../schemas/tool.js";
import type { Desk } from "./desk.js";
import { isTouching } from "./is-touching.js";

/** Behind commands, which may answer a prompt themselves. */
const STAGE = 200;
const DEADLINE = 600_000;

const setup: Setup = (ctx) => {
  let opened: Promise<Desk> | undefined;
  const desk = (): Promise<Desk> => (opened ??= import("./desk.js").then(({ Desk: Made }) => new Made(ctx)));

  ctx.add(
    "kind",
    live<KindReader>({
      name: "skill",
      folder: "skills",
      read: async (places, from) => (await import("./read-skills.js")).readSkills(places, from),
    }),
  );
  ctx.add(
    "tool",
    live<Tool>({ name: "Skill", run: async (input, context) => (await (await desk()).tool()).run(input, context) }),
  );
  ctx.add(
    "commandSource",
    live<CommandSource>({
      name: "skills",
      order: 10,
      find: async (name, session) => (await (await desk()).commands()).find(name, session),
      list: async (session) => (await (await desk()).commands()).list(session),
    }),
  );
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "skill",
      run: async (invocation) => (await import("../need-verb.js")).needVerb(ctx, "skill", invocation),
    }),
  );
  ctx.add(
    "subcommand",
    live<Subcommand>({
      name: "skill list",
      run: async (invocation) => (await import("./list-skills.js")).listSkills(await desk(), invocation),
    }),
  );
  if (ctx.kernel.settings.get("commands.disabled") === true) hide(ctx);
  else listen(ctx, desk);
};
export default setup;

/** With --disable-slash-commands there are no skills either. */
function hide(ctx: PluginContext): void {
  ctx.tap("PreModel", async (request) => ({
    ...request,
    tools: request.tools.filter(({ name }) => name !== "Skill"),
  }));
}

function listen(ctx: PluginContext, desk: () => Promise<Desk>): void {
  const options = { stage: STAGE, deadline: DEADLINE };
  ctx.tap("UserPromptSubmit", async (prompt, session) => (await desk()).submit(prompt, session), options);
  ctx.tap(
    "PostToolUse",
    async (finished, call, session) =>
      isTouching(finished, call) ? (await desk()).touch(finished, call, session) : undefined,
    { deadline: DEADLINE },
  );
}
