import { live } from "../../../core/live.js";
import type { Setup } from "../../../core/types.js";
import { userPromptExpansion } from "../../../hooks/user-prompt-expansion.js";
import type { CommandSource } from "../../../schemas/command.js";
import type { KindReader } from "../../../schemas/parts.js";
import { CommandList } from "./command-list.js";

/** After those who want to see what was typed, and before those who add to what is sent. */
const STAGE = 50;
/** A command may run programs and agents, so it gets a day. */
const DEADLINE = 86_400_000;

const setup: Setup = (ctx) => {
  const expansion = ctx.point("UserPromptExpansion", userPromptExpansion);
  const list = new CommandList(ctx);
  const disabled = ctx.settings["commands.disabled"] === true;
  let files: Promise<CommandSource> | undefined;
  const source = (): Promise<CommandSource> =>
    (files ??= import("./command-files.js").then(({ CommandFiles }) => new CommandFiles(ctx)));

  ctx.add("service", { name: "commands", service: list });
  ctx.add(
    "kind",
    live<KindReader>({
      name: "command",
      folder: "commands",
      read: async (places, from) => (await import("./read-commands.js")).readCommands(places, from),
    }),
  );
  ctx.add(
    "commandSource",
    live<CommandSource>({
      name: "command-files",
      order: 20,
      find: async (name, session) => (await source()).find(name, session),
      list: async (session) => (await source()).list(session),
    }),
  );
  ctx.tap(
    "UserPromptSubmit",
    async (prompt, session) => {
      const first = prompt.content.find(({ type }) => type === "text");
      if (disabled || first?.type !== "text" || !/^\s*\/\S/.test(first.text)) return undefined;
      if (prompt.blocked !== undefined || prompt.handled !== undefined) return undefined;
      const { dispatch } = await import("./dispatch.js");
      return dispatch(prompt, { session, list, expansion, signal: prompt.signal ?? ctx.signal });
    },
    { stage: STAGE, deadline: DEADLINE },
  );
};
export default setup;
