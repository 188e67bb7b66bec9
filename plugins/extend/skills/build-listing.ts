import type { NamedPart } from "../part-names.js";
import { isForModel, visibilityOf, type Policy } from "./policy.js";

/** The beginning of every list of skills in a conversation. */
export const MARK = "<system-reminder>\nSkills";
const HEAD = `${MARK} for the Skill tool:\n`;
const TAIL = "</system-reminder>";

export interface ListingText {
  readonly text: string;
  /** False when a description or a name had to be left out. */
  readonly complete: boolean;
}

/** A skill's line; without its description where `bare`. */
export function lineOf({ name, part }: NamedPart, most: number, bare: boolean): string {
  const { description, whenToUse } = part.data;
  const words = [description, whenToUse].filter((one): one is string => typeof one === "string" && one !== "");
  const text = bare ? "" : oneLine(words.join(" ")).slice(0, most);
  return `- ${oneLine(name).slice(0, 200)}${text === "" ? "" : `: ${text}`}\n`;
}

/** Skills that wait for files are not listed before. */
function isListed(named: NamedPart, policy: Policy): boolean {
  return isForModel(named, policy) && named.part.data["paths"] === undefined;
}

/**
 * The list of skills for the model, never longer than its budget in bytes. Descriptions go first, those of the least used
 * skills before others; then names, with a line that says how many and how to find them. "" where there are none.
 */
export function buildListing(
  skills: readonly NamedPart[],
  policy: Policy,
  uses: Readonly<Record<string, number>>,
): ListingText {
  const listed = skills.filter((one) => isListed(one, policy));
  if (listed.length === 0) return { text: "", complete: true };
  const room = policy.budget - size(HEAD) - size(TAIL);
  const bare = (one: NamedPart): boolean => visibilityOf(one, policy) === "name-only";
  const full = listed.map((one) => lineOf(one, policy.most, bare(one)));
  if (sum(full) <= room) return { text: HEAD + full.join("") + TAIL, complete: true };
  const order = byUse(listed, uses);
  const names = listed.map((one) => lineOf(one, policy.most, true));
  const text = sum(names) <= room ? withSome(full, names, { order, room }) : someNames(names, { order, room });
  return { text: text === "" ? "" : HEAD + text + TAIL, complete: false };
}

/** Lines of skills that are new to a conversation or changed in it. */
export function newsText(lines: readonly string[], gone: readonly string[], budget: number): string {
  const head = `${MARK} that are new or changed:\n`;
  let text = "";
  for (const line of [...lines, ...gone.map((name) => `- ${name} (gone)\n`)]) {
    if (size(head) + size(text) + size(line) + size(TAIL) > budget) break;
    text += line;
  }
  return text === "" ? "" : head + text + TAIL;
}

interface Room {
  /** Places of the skills, the most used first. */
  readonly order: readonly number[];
  readonly room: number;
}

function withSome(full: readonly string[], names: readonly string[], { order, room }: Room): string {
  const lines = [...names];
  let left = room - sum(names);
  for (const place of order) {
    const more = size(full[place]!) - size(names[place]!);
    if (more > left) continue;
    lines[place] = full[place]!;
    left -= more;
  }
  return lines.join("");
}

function someNames(names: readonly string[], { order, room }: Room): string {
  const more = (count: number): string => `(${count} more; Skill with {"search": "words"} finds them)\n`;
  let left = room - size(more(names.length));
  if (left < 0) return "";
  const kept: number[] = [];
  for (const place of order) {
    left -= size(names[place]!);
    if (left < 0) break;
    kept.push(place);
  }
  const lines = kept.sort((a, b) => a - b).map((place) => names[place]!);
  return lines.join("") + more(names.length - kept.length);
}

function byUse(skills: readonly NamedPart[], uses: Readonly<Record<string, number>>): readonly number[] {
  const count = (place: number): number => {
    const { name } = skills[place]!;
    return Object.hasOwn(uses, name) ? (uses[name] ?? 0) : 0;
  };
  return [...skills.keys()].sort((a, b) => count(b) - count(a) || a - b);
}

/** What could end the reminder, or begin a line of its own, does not. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().replaceAll("</system-reminder", "<\\/system-reminder");
}

function size(text: string): number {
  return Buffer.byteLength(text);
}

function sum(lines: readonly string[]): number {
  return lines.reduce((total, line) => total + size(line), 0);
}
