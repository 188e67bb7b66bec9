import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PluginContext } from "../../../core/types.js";
import { messageOf, UserError } from "../../../schemas/errors.js";
import { writeAtOnce } from "../../../schemas/write-at-once.js";
import { isObject } from "../../../schemas/json.js";
import type { CommandAnswer, CommandCall } from "../../../schemas/command.js";
import { textOf } from "../../../schemas/message.js";
import type { Session } from "../../../schemas/session.js";
import { ruleOf, ruleText, type Rule } from "./rule.js";
import type { FiledRule, Rules } from "./rules.js";

/** Characters of a conversation that are looked through for corrections. */
const MOST = 30_000;
const MOST_RULES = 5;

/** `/hookify`: makes rules out of a wish or of corrections, lists them, switches them on and off. */
export async function hookify(ctx: PluginContext, rules: Rules, call: CommandCall): Promise<CommandAnswer> {
  const [word = "", ...rest] = call.args.split(/\s+/).filter((one) => one !== "");
  switch (word) {
    case "help":
      return { answer: HELP };
    case "list":
      return { answer: listed(await rules.all()) };
    case "configure":
      return { answer: await configured(rules, rest) };
    default:
      return { answer: await made(ctx, rules, call) };
  }
}

const HELP = `/hookify TEXT            make a rule out of a wish, such as: never run rm -rf
/hookify                 look for corrections in this conversation and make rules of them
/hookify list            the rules in force and where they stand
/hookify configure       which rules are on; configure NAME on|off switches one

A rule is a file in .nacre/hookify/NAME.md and counts from the next tool call on:

---
name: no-force-push
event: bash
pattern: 'git push .*--force'
action: block
---
Force pushes rewrite what others have. Push to a new branch instead.

event: bash, file, stop, prompt or all. action: warn (default) or block.
conditions: a list of {field, operator, pattern} in the place of pattern.
operator: regex, contains, equals, not_contains, starts_with, ends_with.`;

function listed(all: readonly FiledRule[]): string {
  if (all.length === 0) return "There are no rules. Make one: /hookify never run rm -rf";
  return all
    .map(
      ({ name, enabled, event, action, file }) => `${enabled ? "on " : "off"}  ${name}  (${event}, ${action})  ${file}`,
    )
    .join("\n");
}

async function configured(rules: Rules, [name, state]: readonly string[]): Promise<string> {
  const all = await rules.all();
  if (name === undefined) return `${listed(all)}\n\nSwitch one: /hookify configure NAME on|off`;
  const rule = all.find((one) => one.name === name);
  if (!rule) throw new UserError(`There is no rule "${name}"; /hookify list names all there are.`);
  if (state !== "on" && state !== "off") throw new UserError(`Say on or off: /hookify configure ${name} on|off`);
  const text = readFileSync(rule.file, "utf8");
  const enabled = `enabled: ${state === "on"}`;
  const changed = /^enabled:.*$/m.test(text)
    ? text.replace(/^enabled:.*$/m, enabled)
    : text.replace(/^---\r?\n/, (fence) => `${fence}${enabled}\n`);
  writeAtOnce(rule.file, changed);
  return `The rule ${name} is ${state} now (${rule.file}).`;
}

async function made(ctx: PluginContext, rules: Rules, { args, session, signal }: CommandCall): Promise<string> {
  const given = args === "" ? recentOf(session) : `The wish: ${args}`;
  if (given === "") return "There is no conversation yet to look for corrections in. Say what you want: /hookify TEXT";
  const found = await asked(ctx, session, given, signal);
  if (found.length === 0) return "Nothing was found to make a rule of. Say it in other words: /hookify TEXT";
  mkdirSync(rules.folder, { recursive: true });
  const lines = found.map((rule) => {
    const file = fileFor(rules.folder, rule.name);
    writeFileSync(file, ruleText(rule), { flag: "wx" });
    rules.own(file);
    const what = rule.conditions.map(({ field, operator, pattern }) => `${field} ${operator} ${pattern}`).join(" and ");
    return `${rule.name}: on ${rule.event}, when ${what}: ${rule.action}\n  ${file}`;
  });
  return `${lines.join("\n")}\n\nCounts from the next tool call on. Edit the file, or switch it off: /hookify configure NAME off`;
}

/** A name that no rule has yet. */
function fileFor(folder: string, name: string): string {
  const plain =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "") || "rule";
  for (let count = 1; ; count++) {
    const file = join(folder, `${plain}${count === 1 ? "" : `-${count}`}.md`);
    if (!existsSync(file)) return file;
  }
}

function recentOf({ messages }: Session): string {
  const lines = messages.map(({ role, content }) => {
    const calls = content.flatMap((block) => (block.type === "tool_use" ? [JSON.stringify(block.input)] : []));
    return `${role}: ${[textOf(content), ...calls].filter((text) => text !== "").join("\n")}`;
  });
  const text = lines.join("\n\n").slice(-MOST);
  return messages.some(({ role }) => role === "assistant") ? `The conversation:\n\n${text}` : "";
}

/** Asks the session's model in a session of its own, which has no tools. */
async function asked(
  { kernel, all }: PluginContext,
  session: Session,
  prompt: string,
  signal: AbortSignal,
): Promise<readonly Rule[]> {
  const system = [all("hookifyPrompt").find(({ name }) => name === "make-rules")?.text ?? ""];
  const agent = { id: kernel.clock.id(), type: "hookify", of: session };
  const { provider, model, id: parent, cwd } = session;
  const init = { agent, parent, cwd, provider, model, system, tools: [], maxTurns: 1, headless: true };
  const child = await kernel.open(init);
  try {
    const end = await child.send(prompt, { signal });
    if (end.reason !== "completed")
      throw new UserError(`The model was not asked to the end: ${end.message ?? end.reason}`);
    return rulesIn(textOf(child.messages.at(-1)?.content ?? ""));
  } finally {
    await child.close();
  }
}

function rulesIn(answer: string): readonly Rule[] {
  let value: unknown;
  try {
    value = JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1));
  } catch (error) {
    throw new UserError(`The model's answer holds no rules: ${messageOf(error)}.`);
  }
  const list = isObject(value) && Array.isArray(value["rules"]) ? (value["rules"] as readonly unknown[]) : [];
  return list.slice(0, MOST_RULES).map((one) => {
    const data = isObject(one) ? one : {};
    const { message } = data;
    const rule = ruleOf(data, typeof message === "string" ? message : "", "rule");
    if (typeof rule === "string") throw new UserError(`The model's answer is no rule: ${rule}`);
    return rule;
  });
}
