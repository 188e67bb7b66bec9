import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { EXIT, messageOf, UserError } from "../../../schemas/errors.js";
import type { HookEvent } from "../../../schemas/event.js";
import type { Invocation } from "../../../schemas/front.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { sayHeld } from "../say-held.js";
import type { Bridge } from "./bridge.js";
import { EVENTS } from "./events.js";
import type { Hook } from "./hook.js";
import { listText } from "./list-text.js";
import { mergedDecision } from "./merged-decision.js";
import { oneLine, sanitize } from "../../../schemas/printable.js";
import { sampleInput } from "./sample-input.js";
import { stageFor } from "./stage.js";
import { jsonText } from "../../../schemas/json-text.js";

/** `nacre hook run EVENT`: fires an event by hand. Resolves with 3 when its hooks refuse. */
export async function run(bridge: Bridge, { positionals, flags, io }: Invocation): Promise<number> {
  const event = positionals[0];
  if (event === undefined) throw new UserError("Name an event: nacre hook run PreToolUse --input FILE.");
  requireEvent(event);
  await refresh(bridge, io);
  const { kernel } = bridge.ctx;
  const given = typeof flags["input"] === "string" ? readInput(flags["input"], kernel.cwd) : {};
  const input = { ...sampleInput(event), ...given };
  const ended: { readonly record: HookEvent; readonly place: number }[] = [];
  const all = bridge.book.of(event);
  const only = pluginOnly(flags["plugin"]);
  await using stage = await stageFor(bridge, all.filter(only), io);
  const outcomes = await bridge.runner.fire({
    event,
    scene: stage.scene,
    value: valueOf(event, input),
    input,
    ...callOf(event, input),
    only,
    told: (record, hook) => ended.push({ record, place: all.indexOf(hook) }),
  });
  const records = ended.toSorted((a, b) => a.place - b.place).map(({ record }) => record);
  const decision = mergedDecision(outcomes);
  if (flags["json"] === true) {
    io.stdout.write(`${jsonText({ event, input, hooks: records, decision }, 2)}\n`);
  } else {
    io.stdout.write(`input: ${sanitize(JSON.stringify(input))}\n\n`);
    for (const record of records) io.stdout.write(`${described(record)}\n`);
    const none = all.filter(only).length;
    if (records.length === 0) io.stdout.write(none === 0 ? `No hook for ${event} is in force.\n` : NO_MATCH);
    io.stdout.write(`decision: ${sanitize(decision.text)}\n`);
  }
  return decision.refused ? EXIT.denied : EXIT.done;
}

const NO_MATCH = "No hook matches this input.\n";

/** `nacre hook list [EVENT]`. */
export async function list(bridge: Bridge, { positionals, flags, io }: Invocation): Promise<number> {
  if (positionals[0] !== undefined) requireEvent(positionals[0]);
  await refresh(bridge, io);
  const only = pluginOnly(flags["plugin"]);
  const hooks = bridge.book.all().filter((hook) => only(hook) && hook.event === (positionals[0] ?? hook.event));
  if (flags["json"] === true) {
    const rows = hooks.map(({ event, matcher, handler, source }) => ({
      event,
      matcher,
      ...handler,
      from: source.file,
    }));
    io.stdout.write(`${jsonText(rows, 2)}\n`);
    return EXIT.done;
  }
  const off = hooks.length === 0 && bridge.book.isOff;
  io.stdout.write(
    `${listText(hooks)}${off ? " A setting switches them off: nacre why setting disableAllHooks." : ""}\n`,
  );
  return EXIT.done;
}

/** `nacre hook log [SESSION]`: the newest session of this folder otherwise. */
export async function log(bridge: Bridge, { positionals, flags, io }: Invocation): Promise<number> {
  const { kernel } = bridge.ctx;
  const transcripts = await kernel.service("transcripts");
  if (!transcripts) throw new UserError("Hooks are recorded in transcripts, and no plugin that keeps them is loaded.");
  const named = positionals[0];
  const transcript =
    named === undefined
      ? await transcripts.latest(kernel.cwd, { headless: true })
      : await transcripts.find(named, kernel.cwd);
  if (!transcript) throw new UserError("This folder has no session yet; name one: nacre hook log SESSION.");
  let count = 0;
  for await (const event of transcript.events()) {
    if (event.type !== "hook") continue;
    count++;
    io.stdout.write(flags["json"] === true ? `${JSON.stringify(event)}\n` : lineOf(event));
  }
  if (count === 0 && flags["json"] !== true) io.stdout.write(`No hook ran in session ${transcript.id}.\n`);
  return EXIT.done;
}

function lineOf(event: HookEvent): string {
  const time = new Date(event.at).toISOString().slice(11, 19);
  const effects = event.effects.length === 0 ? "nothing changed" : event.effects.join("; ");
  const head = `${time}  ${event.ms.toFixed(1).padStart(8)} ms  ${event.outcome.padEnd(9)}  ${oneLine(event.name, 60)}`;
  return `${head}  ${event.handler}: ${oneLine(event.what, 80)}\n    ${oneLine(effects, 300)}\n`;
}

function described({ handler, what, from, ms, outcome, exitCode, stdout, stderr, effects }: HookEvent): string {
  const exit = exitCode === undefined ? "" : `, exit code ${exitCode}`;
  const lines = [`${handler}: ${oneLine(what, 200)}`, `  from ${from}`, `  ${outcome} in ${ms} ms${exit}`];
  for (const [name, text] of Object.entries({ stdout, stderr })) {
    if (text !== undefined) lines.push(`  ${name}: ${text.trimEnd().replaceAll("\n", "\n    ")}`);
  }
  for (const effect of effects) lines.push(`  ${effect}`);
  return `${sanitize(lines.join("\n"))}\n`;
}

/** Says what is not in force: what waits for trust, and what cannot be used. */
async function refresh({ book, ctx, unsaid }: Bridge, io: Invocation["io"]): Promise<void> {
  sayHeld(ctx.kernel, io);
  await book.refresh();
  for (const text of unsaid()) io.stderr.write(`nacre: ${sanitize(text)}\n`);
}

function requireEvent(event: string): void {
  if (EVENTS.has(event)) return;
  const like = [...EVENTS.keys()].find((name) => name.toLowerCase() === event.toLowerCase());
  const hint = like === undefined ? `the events are ${[...EVENTS.keys()].join(", ")}` : `did you mean ${like}?`;
  throw new UserError(`There is no hook event "${event}"; ${hint}`.replace(/([^?])$/, "$1."));
}

function pluginOnly(name: unknown): (hook: Hook) => boolean {
  return (hook) => typeof name !== "string" || hook.source.plugin?.name === name;
}

function readInput(given: string, cwd: string): JsonObject {
  const file = given === "-" ? 0 : resolve(cwd, given);
  const what = given === "-" ? "stdin" : String(file);
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (isObject(value)) return value;
  } catch (error) {
    throw new UserError(`${what} cannot be read as JSON: ${messageOf(error)}.`);
  }
  throw new UserError(`${what} must hold a JSON object.`);
}

/** What matchers look at, out of the input. */
function valueOf(event: string, input: JsonObject): string {
  if (event === "FileChanged") return basename(String(input["file_path"] ?? ""));
  const value = input[EVENTS.get(event)?.matches ?? ""];
  return typeof value === "string" ? value : "";
}

function callOf(event: string, input: JsonObject): { call?: { id: string; name: string; input: JsonObject } } {
  const { tool_name: name, tool_input: made, tool_use_id: id } = input;
  if (EVENTS.get(event)?.call !== true || typeof name !== "string") return {};
  return { call: { id: String(id), name, input: isObject(made) ? made : {} } };
}
