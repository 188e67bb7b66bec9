import { live } from "../../../core/live.js";
import type { KernelView, Setup } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation, Subcommand } from "../../../schemas/front.js";
import type { Changed, ScopeName } from "./change.js";
import { parseKey } from "./key.js";
import { jsonText } from "../../../schemas/json-text.js";

type Verb = (kernel: KernelView, words: readonly string[], invocation: Invocation) => Promise<number>;

const setup: Setup = (ctx) => {
  ctx.add("subcommand", live<Subcommand>({ name: "config", run: (invocation) => run(ctx.kernel, invocation) }));
  ctx.add("service", {
    name: "settingsWriter",
    service: {
      async set(key, value, scope) {
        const { setSetting, unsetSetting } = await import("./change.js");
        const path = parseKey(key);
        const { done, notes } =
          value === undefined
            ? await unsetSetting(ctx.kernel, path, scope)
            : await setSetting(ctx.kernel, path, value, scope);
        return [...done.map((sentence) => `${sentence}.`), ...notes].join(" ");
      },
      async change(key, change, scope) {
        const { changeList } = await import("./change-list.js");
        return changeList(ctx.kernel, parseKey(key), { change, scope });
      },
    },
  });
};
export default setup;

const VERBS: Readonly<Record<string, { readonly words: string; readonly run: Verb }>> = {
  explain: { words: "KEY", run: explain },
  list: { words: "", run: list },
  get: { words: "KEY", run: get },
  set: { words: "KEY VALUE", run: set },
  unset: { words: "KEY", run: unset },
  path: { words: "", run: path },
};

async function run(kernel: KernelView, invocation: Invocation): Promise<number> {
  const [name = "", ...words] = invocation.positionals;
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!verb) {
    const all = Object.keys(VERBS)
      .join(", ")
      .replace(/, (\w+)$/, " or $1");
    throw new UserError(
      `${name === "" ? "Say what to do" : `nacre config does not know "${name}"`}: nacre config ${all}.`,
    );
  }
  const wanted = verb.words === "" ? 0 : verb.words.split(" ").length;
  if (words.length !== wanted) throw new UserError(`Usage: nacre config ${name} ${verb.words}`.trimEnd());
  return verb.run(kernel, words, invocation);
}

async function explain(kernel: KernelView, [key = ""]: readonly string[], { io, flags }: Invocation): Promise<number> {
  const { explanation, explanationText } = await import("./explain.js");
  const one = explanation(kernel, parseKey(key));
  io.stdout.write(flags["json"] === true ? asJson(one) : explanationText(one, io.stdout.columns ?? 80));
  return EXIT.done;
}

async function list(kernel: KernelView, _: readonly string[], { io, flags }: Invocation): Promise<number> {
  const { listed, listText } = await import("./list.js");
  const rows = listed(kernel, flags["all"] === true);
  io.stdout.write(flags["json"] === true ? asJson(rows) : listText(rows));
  return EXIT.done;
}

async function get(kernel: KernelView, [key = ""]: readonly string[], { io, flags }: Invocation): Promise<number> {
  const { wholeValue } = await import("./list.js");
  const value = wholeValue(kernel, parseKey(key));
  if (value === undefined) {
    io.stderr.write(`"${key}" is not set.\n`);
    return EXIT.failed;
  }
  io.stdout.write(typeof value === "string" && flags["json"] !== true ? `${value}\n` : asJson(value));
  return EXIT.done;
}

async function set(
  kernel: KernelView,
  [key = "", word = ""]: readonly string[],
  invocation: Invocation,
): Promise<number> {
  const { readValue } = await import("./check-value.js");
  const { setSetting } = await import("./change.js");
  const where = parseKey(key);
  return say(invocation, await setSetting(kernel, where, readValue(kernel, where, word), scopeOf(invocation)));
}

async function unset(kernel: KernelView, [key = ""]: readonly string[], invocation: Invocation): Promise<number> {
  const { unsetSetting } = await import("./change.js");
  return say(invocation, await unsetSetting(kernel, parseKey(key), scopeOf(invocation)));
}

async function path(kernel: KernelView, _: readonly string[], { io, flags }: Invocation): Promise<number> {
  const { settingsFiles, settingsFilesText } = await import("./settings-files.js");
  const files = settingsFiles(kernel);
  io.stdout.write(flags["json"] === true ? asJson(files) : settingsFilesText(files));
  return EXIT.done;
}

function say({ io }: Invocation, { done, notes }: Changed): number {
  for (const line of done) io.stdout.write(`${line}\n`);
  for (const line of notes) io.stderr.write(`${line}\n`);
  return EXIT.done;
}

function scopeOf({ flags }: Invocation): ScopeName {
  const scope = flags["scope"];
  return scope === "project" || scope === "local" ? scope : "user";
}

function asJson(value: unknown): string {
  return `${jsonText(value, 2)}\n`;
}
