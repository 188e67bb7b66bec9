import { live } from "../../../core/live.js";
import type { PluginContext, Setup } from "../../../core/types.js";
import type { Command } from "../../../schemas/command.js";
import type { ContextPart } from "../../../schemas/front.js";
import type { KindReader } from "../../../schemas/parts.js";
import type { Session } from "../../../schemas/session.js";
import { allStyles, findStyle } from "./all-styles.js";
import { settledStyle } from "./settled-style.js";
import type { Style } from "./style.js";
import { changeWords, systemWords, toldIn, type Chooser } from "./told.js";

/** A style that a session is to be told of with its next prompt. */
interface Choice {
  readonly style: Style;
  readonly by: Chooser;
}

const setup: Setup = (ctx) => {
  const { kernel } = ctx;
  /** Undefined for a session that began with the style it should have. Kept, as a conversation can go back to before it was told. */
  const choices = new WeakMap<Session, Choice | undefined>();
  const settled = async (): Promise<Style> => settledStyle(kernel, await allStyles(kernel)).style;

  ctx.add(
    "kind",
    live<KindReader>({
      name: "output-style",
      read: async (places, from) => (await import("./read-styles.js")).readStyles(places, from),
    }),
  );
  ctx.add(
    "context",
    live<ContextPart>({
      name: "output-style",
      render: async () => systemWords(await settled()),
      without: async () => ((await settled()).keepsCoding ? [] : ["coding"]),
    }),
  );
  ctx.add(
    "command",
    live<Command>({
      name: "output-style",
      async run({ args, session }) {
        const styles = await allStyles(kernel);
        const current = choices.get(session)?.style.name ?? toldIn(session).name;
        if (args === "") return { answer: listed(styles, current) };
        const style = findStyle(styles, args);
        choices.set(session, { style, by: "chosen in this session" });
        return {
          answer: `The output style is ${style.name} from your next message on. To begin every session with it: nacre config set outputStyle ${JSON.stringify(style.name)}`,
        };
      },
    }),
  );
  ctx.add("service", {
    name: "outputStyles",
    service: {
      current: (session) => toldIn(session).name,
      names: async () => (await allStyles(kernel)).map(({ name }) => name),
    },
  });
  tapPrompt(ctx, choices);
};
export default setup;

function tapPrompt(ctx: PluginContext, choices: WeakMap<Session, Choice | undefined>): void {
  const { kernel } = ctx;
  ctx.tap(
    "UserPromptSubmit",
    async (prompt, session) => {
      if (session.agent || prompt.handled !== undefined || prompt.blocked !== undefined) return undefined;
      const choice = choices.has(session) ? choices.get(session) : await atFirst(ctx, session);
      choices.set(session, choice);
      const told = toldIn(session).name;
      if (!choice || choice.style.name === told) return undefined;
      const styles = await allStyles(kernel);
      const before = styles.find(({ name }) => name === told);
      const coding = before?.keepsCoding === false ? (kernel.all("context").find(isCoding)?.text ?? "") : "";
      const words = await changeWords(choice.style, choice.by, coding);
      return { ...prompt, context: [...prompt.context, words] };
    },
    { stage: 10 },
  );
}

/**
 * A conversation that is taken up again keeps the style it was given in it; what settings say counts where they have
 * changed since, and what the command line says counts in any case. A new one has its style in the system prompt.
 */
async function atFirst({ kernel }: PluginContext, session: Session): Promise<Choice | undefined> {
  const { style, byFlag, notice: text } = settledStyle(kernel, await allStyles(kernel));
  if (text !== undefined)
    session.emit({ type: "notice", at: kernel.clock.now(), level: "warning", text, plugin: "output-styles" });
  const isNew = session.messages.length === 0;
  const keepsOwn = !byFlag && toldIn(session).by === "chosen in this session";
  return isNew || keepsOwn ? undefined : { style, by: "as the settings say" };
}

function isCoding({ name }: { readonly name: string }): boolean {
  return name === "coding";
}

function listed(styles: readonly Style[], current: string): string {
  const width = Math.max(...styles.map(({ name }) => name.length));
  const lines = styles.map(({ name, description, origin }) => {
    const mark = name === current ? "*" : " ";
    const from = origin === "built in" ? "" : ` (${origin})`;
    return `${mark} ${name.padEnd(width)}  ${description.replace(/\s+/g, " ")}${from}`;
  });
  return [...lines, "", "Choose one with /output-style NAME."].join("\n");
}
