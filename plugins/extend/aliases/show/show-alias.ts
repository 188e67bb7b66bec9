import { strictest, type Decision } from "../../../../schemas/decision.js";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import type { JsonObject, JsonValue } from "../../../../schemas/json.js";
import type { Session } from "../../../../schemas/session.js";
import { conditionText } from "../conditions.js";
import { placed, type AliasDesk } from "../desk.js";
import { usageText } from "../hint.js";
import { typedArguments } from "../run/typed-arguments.js";
import type { Alias } from "../book.js";
import { expansion, sampleOf, type Expanded } from "./expansion.js";
import { stillSession } from "./still-session.js";

/** One call as it is shown. */
interface Shown {
  readonly after?: string;
  readonly depth: number;
  readonly call: string;
  readonly as?: string;
  readonly input: JsonObject;
  /** What is decided about it now. Absent for an alias, whose calls follow. */
  readonly decision?: Decision;
}

interface ShownAlias {
  readonly name: string;
  readonly usage: string;
  readonly description?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly when?: string;
  readonly modifiers: Readonly<Record<string, JsonValue>>;
  /** What was put in the place of arguments that were not given. */
  readonly samples: Readonly<Record<string, JsonValue>>;
  readonly errors: readonly string[];
  readonly calls: readonly Shown[];
}

/** What an alias expands to, and what is decided about each of its calls. Runs nothing. */
export async function showAlias(
  desk: AliasDesk,
  name: string,
  words: readonly string[],
): Promise<{ readonly json: ShownAlias; readonly text: string }> {
  const book = await desk.book();
  const found = book.find(name.replace(/^[@/]/, ""));
  if (!found) throw new UserError(`There is no alias "${name}"; nacre alias list names all there are.`, EXIT.usage);
  if ("fault" in found) throw new UserError(placed({ ...found.fault, file: found.file }), EXIT.usage);
  const { file, declaration } = found;
  const { description, at, when, modifiers } = declaration;
  const { given, samples } = argumentsOf(found, words);
  const session = stillSession(desk.kernel);
  const errors = await desk.errors(found, book);
  const calls: Shown[] = [];
  for (const row of rowsOf(() => expansion(found, given, { book, tools: desk.tools() }), errors.length > 0)) {
    calls.push(await shown(row, desk, session));
  }
  const json: ShownAlias = {
    name: found.name,
    usage: usageText(found),
    ...(description !== undefined && { description }),
    file,
    ...at,
    ...(when && { when: conditionText(when) }),
    modifiers: Object.fromEntries(modifiers.map((one) => [one.name, modifierValue(one)])),
    samples,
    errors: errors.map(placed),
    calls,
  };
  return { json, text: shownText(json) };
}

/** An alias with errors is shown as far as it can be: a name that stands for nothing leaves nothing to show. */
function rowsOf(expand: () => readonly Expanded[], isFaulty: boolean): readonly Expanded[] {
  try {
    return expand();
  } catch (error) {
    if (isFaulty) return [];
    throw error;
  }
}

function modifierValue({ word, value }: Alias["declaration"]["modifiers"][number]): JsonValue {
  if (value?.is === "duration") return `${value.ms / 1000} s`;
  return word ?? (value?.is === "plain" ? value.value : null);
}

/** The arguments that were given and, where none were, samples. */
function argumentsOf(
  alias: Alias,
  words: readonly string[],
): { readonly given: ReadonlyMap<string, JsonValue>; readonly samples: Record<string, JsonValue> } {
  if (words.length > 0) return { given: typedArguments(alias, words), samples: {} };
  const needed = alias.declaration.params.filter(({ value, rest }) => !value && !rest);
  const samples = Object.fromEntries(needed.map((param) => [param.name, sampleOf(param)]));
  return { given: new Map(Object.entries(samples)), samples };
}

async function shown(row: Expanded, desk: AliasDesk, session: Session): Promise<Shown> {
  const { after, depth, callee, as, input, tool } = row;
  const facts = { ...(after && { after }), depth, call: callee, ...(as !== undefined && { as }), input };
  if (callee.startsWith("@")) return facts;
  if (!tool) return { ...facts, decision: { behavior: "deny", reason: `There is no tool "${callee}".` } };
  return { ...facts, decision: await decisionOn(row, desk, session) };
}

/** What the permission gate says, and the alias itself. Hooks are not asked: they would run. */
async function decisionOn({ input, tool, permission }: Expanded, desk: AliasDesk, session: Session): Promise<Decision> {
  const { kernel } = desk;
  const permissions = await kernel.service("permissions");
  const live = (await kernel.get("tool", tool!.name))!;
  const effect = live.effectOf?.(input) ?? live.effect;
  const call = { id: "alias-show", name: tool!.name, input };
  const judged = await permissions?.judge({ call, tool: tool!, effect, again: false }, session);
  const doubt = judged?.doubt ?? (effect === "read" ? undefined : "No gate decided.");
  const said: Decision = judged?.decision ?? {
    behavior: doubt === undefined ? "allow" : "ask",
    reason: doubt ?? "It only reads.",
  };
  const own: Decision | undefined = permission && {
    behavior: permission,
    reason: `The alias says permission: ${permission}.`,
    by: "aliases",
  };
  return strictest(said, own)!;
}

function shownText({
  usage,
  description,
  file,
  line,
  column,
  when,
  modifiers,
  samples,
  errors,
  calls,
}: ShownAlias): string {
  const lines = [`${usage}${description === undefined ? "" : `  ${description}`}`, `  ${file}:${line}:${column}`];
  if (when !== undefined) lines.push(`  when ${when}`);
  for (const [name, value] of Object.entries(modifiers)) lines.push(`  ${name}: ${String(value)}`);
  for (const [name, value] of Object.entries(samples)) lines.push(`  shown with ${name} = ${JSON.stringify(value)}`);
  for (const error of errors) lines.push(`  error: ${error}`);
  lines.push("");
  for (const { after, depth, call, as, input, decision } of calls) {
    const indent = "  ".repeat(depth);
    lines.push(
      `${indent}${(after ?? "").padEnd(2)} ${call}(${argumentsText(input)})${as === undefined ? "" : ` as ${as}`}`,
    );
    if (decision) lines.push(`${indent}     ${decision.behavior}: ${decisionText(decision)}`);
  }
  return `${lines.join("\n")}\n`;
}

function argumentsText(input: JsonObject): string {
  return Object.entries(input)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ");
}

function decisionText({ reason, rule, origin }: Decision): string {
  const where = origin === undefined ? "" : ` in ${origin}`;
  return rule === undefined ? reason : `${reason} (${rule}${where})`;
}
