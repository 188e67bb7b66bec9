import { existsSync } from "node:fs";
import type { Firing } from "../../../core/types.js";
import type { Prompt } from "../../../hooks/user-prompt-submit.js";
import type { Command, Commands } from "../../../schemas/command.js";
import { messageOf } from "../../../schemas/errors.js";
import type { Block } from "../../../schemas/message.js";
import type { Session } from "../../../schemas/session.js";
import { nearest } from "./nearest.js";

/** What typed commands are run with. */
export interface Desk {
  readonly session: Session;
  readonly list: Commands;
  readonly expansion: Firing<"UserPromptExpansion">;
  readonly signal: AbortSignal;
}

/** How many commands may stand before one text. */
const MOST_STACKED = 6;
const LONGEST_NAME = 200;

interface Typed {
  readonly name: string;
  readonly args: string;
}

/** Runs a prompt that begins with `/name`. Undefined where it is none: then it goes to the model as it is. */
export async function dispatch(prompt: Prompt, desk: Desk): Promise<Prompt | undefined> {
  const typed = read(prompt);
  if (!typed) return undefined;
  try {
    const first = await desk.list.find(typed.name, desk.session);
    if (first) return await run(prompt, await stacked(first, typed, desk), desk);
    if (!/^[A-Za-z][\w-]*(?::[\w-]+)*$/.test(typed.name) || existsSync(`/${typed.name}`)) return undefined;
    return { ...prompt, handled: await unknown(typed.name, desk) };
  } catch (error) {
    return { ...prompt, blocked: messageOf(error) };
  }
}

function textBlock({ content }: Prompt): Extract<Block, { readonly type: "text" }> | undefined {
  return content.find((block) => block.type === "text");
}

function read(prompt: Prompt): Typed | undefined {
  const parts = /^\s*\/(\S+)(?:\s+([^]*))?$/.exec(textBlock(prompt)?.text ?? "");
  if (!parts || parts[1]!.length > LONGEST_NAME) return undefined;
  return { name: parts[1]!, args: (parts[2] ?? "").trim() };
}

interface Stack {
  readonly commands: readonly Command[];
  readonly args: string;
}

/** `/a /b text`: all that stack, each with the text. */
async function stacked(first: Command, { args }: Typed, { list, session }: Desk): Promise<Stack> {
  const commands = [first];
  let rest = args;
  while (first.stacks === true && commands.length < MOST_STACKED) {
    const next = /^\/(\S+)(?:\s+([^]*))?$/.exec(rest);
    const found = next && (await list.find(next[1]!, session));
    if (!next || found?.stacks !== true) break;
    commands.push(found);
    rest = (next[2] ?? "").trim();
  }
  return { commands, args: rest };
}

async function run(prompt: Prompt, { commands, args }: Stack, desk: Desk): Promise<Prompt> {
  const { session, signal } = desk;
  const typed = textBlock(prompt)!;
  const context: string[] = [];
  const blocks: Block[] = [];
  const answers: string[] = [];
  for (const command of commands) {
    const expanded = await expand(command, { args, typed: typed.text, context }, desk);
    if (expanded.blocked !== undefined) return { ...prompt, blocked: expanded.blocked };
    context.push(...expanded.context);
    const answer = await command.run({ name: command.name, args, session, signal });
    if ("answer" in answer) answers.push(answer.answer);
    else blocks.push(...answer.prompt);
  }
  if (blocks.length === 0) return { ...prompt, handled: answers.join("\n\n") };
  // What was typed stays in front, for whoever reads the conversation.
  const content = prompt.content.flatMap((block) => (block === typed ? [block, ...blocks] : [block]));
  return { ...prompt, content, context: [...prompt.context, ...context] };
}

interface Expanding {
  readonly args: string;
  readonly typed: string;
  readonly context: readonly string[];
}

/** Asks the hooks, where a command becomes a prompt. */
async function expand(
  { name, source }: Command,
  { args, typed }: Expanding,
  { expansion, session }: Desk,
): Promise<{ readonly context: readonly string[]; readonly blocked?: string }> {
  const hook = source === undefined ? undefined : await expansion();
  if (source === undefined || !hook || hook.taps.length === 0) return { context: [] };
  return hook.promise({ command: name, args, source, prompt: typed, context: [] }, session);
}

async function unknown(name: string, { list, session }: Desk): Promise<string> {
  const names = (await list.list(session)).map((spec) => spec.name);
  const near = nearest(name, names);
  return `There is no command /${name}.${near === undefined ? "" : ` Did you mean /${near}?`}`;
}
