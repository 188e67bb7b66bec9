import type { Writable } from "node:stream";
import type { Command } from "../../../schemas/command.js";
import type { ContextPart, Subcommand } from "../../../schemas/front.js";
import type { Middleware } from "../../../schemas/kinds.js";
import type { ResultContent } from "../../../schemas/message.js";
import type { KindReader } from "../../../schemas/parts.js";
import { sanitize } from "../../../schemas/printable.js";
import type { Chunk, Provider } from "../../../schemas/provider.js";
import type { Tool, ToolContext, ToolOutput } from "../../../schemas/tool.js";
import { checkedAnswer } from "./answers.js";
import type { Caller } from "./caller.js";

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The functions of an item whose own stand behind a pipe. `has` tells which of them there are. */
export function functionsOf(kind: string, name: string, has: (member: string) => boolean, caller: Caller): Functions {
  const all = MAKERS[kind]?.(`${kind}/${name}/`, caller) ?? {};
  return Object.fromEntries(Object.entries(all).filter(([member]) => has(member)));
}

const MAKERS: Readonly<Record<string, (key: string, caller: Caller) => Functions>> = {
  tool: (key, caller) => ({
    run: (async (input, context) => {
      const facts = { callId: context.callId, places: [...(context.places ?? [])] };
      const answer = await caller.call(`${key}run`, [input, facts], toolOptions(context));
      return bounded(checkedAnswer<ToolOutput>("tool.run", answer));
    }) satisfies Tool["run"],
  }),
  command: (key, caller) => ({
    run: (async ({ session, signal, ...typed }) =>
      checkedAnswer(
        "command.run",
        await caller.call(`${key}run`, [typed], { session, signal, isLong: true }),
      )) satisfies Command["run"],
  }),
  context: (key, caller) => ({
    render: (async () =>
      cut(await alone(caller, `${key}render`, "context.render", ""))) satisfies ContextPart["render"],
    without: (() => alone<string[]>(caller, `${key}without`, "context.without", [])) satisfies ContextPart["without"],
  }),
  subcommand: (key, caller) => ({
    run: ((invocation) => runSubcommand(`${key}run`, caller, invocation)) satisfies Subcommand["run"],
  }),
  provider: (key, caller) => ({
    stream: ((request, signal) =>
      chunks(caller.stream(`${key}stream`, [request], { signal }))) satisfies Provider["stream"],
    available: (async () =>
      checkedAnswer<boolean>(
        "provider.available",
        await caller.call(`${key}available`, [], { deadline: caller.patience }),
      )) satisfies Provider["available"],
    models: (async () =>
      checkedAnswer<string[]>(
        "provider.models",
        await caller.call(`${key}models`, [], { deadline: caller.patience }),
      )) satisfies Provider["models"],
    choose: (async (model) =>
      checkedAnswer(
        "provider.choose",
        await caller.call(`${key}choose`, [model], { deadline: caller.patience }),
      )) satisfies Provider["choose"],
  }),
  middleware: (key, caller) => ({
    tool: (async (call, context, next) => {
      const facts = { callId: context.callId, places: [...(context.places ?? [])] };
      let ran: ReturnType<typeof next> | undefined; // However often it is asked for, a call runs once.
      const answers = (): ReturnType<typeof next> => (ran ??= next());
      const answer = await caller.call(`${key}tool`, [call, facts], { ...toolOptions(context), answers });
      return bounded(checkedAnswer<ToolOutput>("middleware.tool", answer));
    }) satisfies Middleware["tool"],
    ask: (async (question, signal, next, session) => {
      // What is shown to the person stays what was judged.
      const answers = (): ReturnType<typeof next> => next(question);
      return checkedAnswer("middleware.ask", await caller.call(`${key}ask`, [question], { session, signal, answers }));
    }) satisfies Middleware["ask"],
  }),
  kind: (key, caller) => ({
    read: (async (places, from) =>
      checkedAnswer(
        "kind.read",
        await caller.call(`${key}read`, [places, from], { deadline: caller.patience }),
      )) satisfies KindReader["read"],
  }),
};

/** What stands beside others: where it fails, they go on without it. */
async function alone<T>(caller: Caller, key: string, place: string, without: T): Promise<T> {
  try {
    return checkedAnswer<T>(place, await caller.call(key, [], { deadline: caller.patience }));
  } catch (error) {
    caller.failed(key, error);
    return without;
  }
}

function toolOptions(context: ToolContext): Parameters<Caller["call"]>[2] {
  const { session, signal, callId } = context;
  return { session, signal, isLong: true, progress: { callId, tell: (text) => context.progress(text) } };
}

async function* chunks(pieces: AsyncIterable<unknown>): AsyncGenerator<Chunk> {
  try {
    for await (const piece of pieces) yield checkedAnswer<Chunk>("provider.stream", piece);
  } catch (error) {
    yield { type: "error", error: { kind: "server", message: (error as Error).message } };
  }
}

async function runSubcommand(
  key: string,
  caller: Caller,
  invocation: Parameters<Subcommand["run"]>[0],
): Promise<number> {
  const { flags, positionals, io } = invocation;
  const { stdout, stderr } = io;
  const facts = { stdout: stdout.isTTY === true, stderr: stderr.isTTY === true, columns: stdout.columns };
  const answers = async (_what: string, args: Readonly<Record<string, unknown>>): Promise<void> => {
    const stream = (args["stream"] === "stderr" ? stderr : stdout) as Writable & { readonly isTTY?: boolean };
    const text = String(args["text"]);
    if (!stream.write(stream.isTTY ? sanitize(text, { colour: "keep" }) : text)) {
      await new Promise<void>((done) => void stream.once("drain", done));
    }
  };
  return checkedAnswer<number>("subcommand.run", await caller.call(key, [{ flags, positionals }, facts], { answers }));
}

/** The longest text of a result, in characters. */
const MOST = 100_000;

function bounded(output: ToolOutput): ToolOutput {
  const { content } = output;
  if (typeof content === "string") return { ...output, content: cut(content) };
  const cutBlock = (block: ResultContent): ResultContent =>
    block.type === "text" ? { ...block, text: cut(block.text) } : block;
  return { ...output, content: content.map(cutBlock) };
}

function cut(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST)}\n[${text.length - MOST} more characters are left out]`;
}
