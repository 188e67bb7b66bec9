import { PassThrough } from "node:stream";
import { basename, dirname } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Diagnostic, OwnedPart } from "../../../schemas/parts.js";
import type { Session } from "../../../schemas/session.js";
import { printable } from "../../../schemas/printable.js";
import { skillReasons } from "./skill-reasons.js";
import type { SkillRow } from "./skill-row.js";
import { toldOf, type Told } from "./told-of.js";
import type { Answer } from "./answer.js";

/** What can be said of one skill. */
interface Standing extends SkillRow {
  readonly reasons: readonly string[];
  /** What the newest session says. */
  readonly told: Told;
}

/** Why a skill is listed for the model, or is not. */
export async function whySkill(kernel: KernelView, name: string, session?: Session): Promise<Answer> {
  const rows = (await skillRows(kernel)).filter((row) => isCalled(row.name, name));
  const parts = await partsCalled(kernel, name);
  const problems = await problemsOf(kernel, name);
  const standings: Standing[] = [];
  for (const row of rows) {
    const part = parts.find(({ file }) => file === row.file);
    standings.push({ ...row, reasons: skillReasons(kernel, row, part), told: await toldOf(kernel, row.name, session) });
  }
  const hidden = parts.filter(({ file }) => !rows.some((row) => row.file === file)).map(({ file }) => file);
  if (standings.length + hidden.length + problems.length === 0) throw nowhere(kernel, name);
  const json = { name, skills: standings, hidden, problems };
  return { json, text: [...standings.map(standingText), hiddenText(hidden, rows), problemsText(problems)].join("") };
}

async function skillRows(kernel: KernelView): Promise<readonly SkillRow[]> {
  const list = await kernel.get("subcommand", "skill list");
  if (!list) throw new UserError('Skills are listed by the plugin "skills", which is not loaded.', EXIT.plugin);
  const stdout = new PassThrough();
  const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  await list.run({ positionals: [], flags: { json: true }, io });
  return JSON.parse(String((stdout.read() as Buffer | null) ?? "[]")) as readonly SkillRow[];
}

async function partsCalled(kernel: KernelView, name: string): Promise<readonly OwnedPart[]> {
  const parts = (await (await kernel.service("catalogue"))?.parts("skill")) ?? [];
  return parts.filter((part) => {
    const own = [part.name, part.data["folder"]];
    return own.includes(name) || own.some((one) => `${part.owner.name}:${String(one)}` === name);
  });
}

/** What was found wrong in files of a skill that is called so. */
async function problemsOf(kernel: KernelView, name: string): Promise<readonly Diagnostic[]> {
  const own = name.slice(name.lastIndexOf(":") + 1);
  const problems = (await (await kernel.service("catalogue"))?.problems()) ?? [];
  return problems.filter(({ file }) => basename(file) === "SKILL.md" && basename(dirname(file)) === own);
}

function isCalled(name: string, wanted: string): boolean {
  return name === wanted || name.endsWith(`:${wanted}`);
}

function nowhere(kernel: KernelView, name: string): UserError {
  const waiting = kernel.warnings.find((warning) => warning.includes("is not trusted"));
  const off = [...kernel.skipped].find(([plugin]) => name.startsWith(`${plugin}:`))?.[1];
  const why = off ?? waiting ?? "nacre skill list names all there are";
  return new UserError(`There is no skill "${name}": ${why.replace(/\.$/, "")}.`, EXIT.usage);
}

function standingText({ name, source, file, model, user, paths, reasons, told }: Standing): string {
  const listed = model
    ? paths === undefined
      ? "listed for the model"
      : "listed once a fitting file is worked on"
    : "not listed for the model";
  const lines = [
    `${printable(name)}: ${listed}, ${user ? `can be typed as /${printable(name)}` : "cannot be typed"}`,
    `  ${printable(file)} (${source})`,
    ...reasons.map((reason) => `  ${printable(reason)}`),
    ...(told.session === undefined ? [] : [`  ${TOLD[told.as]} session ${told.session}.`]),
  ];
  return `${lines.join("\n")}\n`;
}

const TOLD: Readonly<Record<Told["as"], string>> = {
  full: "It stands with its description in the list given in",
  name: "Only its name stands in the list (no room for the description: skills.listing_budget) given in",
  "left out": "It stands not in the list given in",
  "no list": "No list was given in",
};

function hiddenText(hidden: readonly string[], rows: readonly SkillRow[]): string {
  const by = rows[0] === undefined ? "" : `: ${printable(rows[0].file)} comes first`;
  return hidden.map((file) => `Hidden${by}\n  ${printable(file)}\n`).join("");
}

function problemsText(problems: readonly Diagnostic[]): string {
  return problems
    .map(({ severity, file, line, message, fix }) => {
      const place = line === undefined ? file : `${file}:${line}`;
      return `${printable(`${severity}: ${place}: ${message}${fix === undefined ? "" : ` ${fix}`}`)}\n`;
    })
    .join("");
}
