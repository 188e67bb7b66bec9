import type { JsonObject } from "../../schemas/json.js";
import { lineOfKey, writtenAt, type Fault, type FrontMatter } from "./front-matter.js";

/** What was read of one Markdown file. */
export interface FileRead {
  readonly name: string;
  /** The front matter's, else the first paragraph of the body; "" where there is neither. */
  readonly description: string;
  /** True where the front matter has a description. */
  readonly described: boolean;
  /**
   * Normalised fields, and under `frontMatter` everything as it is written but `name` and `description`. Without the
   * body: whoever needs it reads the file when it is used.
   */
  readonly data: JsonObject;
  readonly problems: readonly Fault[];
  /** False when the file must not be used at all; a problem says why. */
  readonly usable: boolean;
  readonly matter: FrontMatter;
}

/** The text of a scalar; undefined for nothing, lists and maps. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value.trim() : "";
  return text === "" ? undefined : text;
}

/** Also reads yes, no, on, off, 1 and 0, in any case; undefined for anything else. */
export function boolOf(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  const text = textOf(value)?.toLowerCase();
  if (text === undefined) return undefined;
  if (["true", "yes", "on", "1"].includes(text)) return true;
  return ["false", "no", "off", "0"].includes(text) ? false : undefined;
}

/** A whole number of 1 or more, also where it is written as text. */
export function countOf(value: unknown): number | undefined {
  const number = Number(textOf(value));
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

/** Names: a list, or a text with commas or blanks between them. */
export function namesOf(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.flatMap((item) => textOf(item) ?? []);
  return textOf(value)?.split(/[\s,]+/);
}

/** Globs: a list, or a text with commas between them, where those in braces belong to a glob. */
export function globsOf(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.flatMap((item) => textOf(item) ?? []);
  const globs = textOf(value)?.match(/(?:\{[^{}]*\}|[^,])+/g);
  return globs?.map((glob) => glob.trim()).filter((glob) => glob !== "");
}

/** An argument hint as its author wrote it, also where YAML takes `[ticket]` for a list. */
export function argumentHintOf(matter: FrontMatter): string | undefined {
  const value = matter.data["argument-hint"];
  if (value === null || value === undefined) return undefined;
  if (typeof value !== "object") return textOf(value);
  const written = writtenAt(matter, "argument-hint");
  return written !== undefined && written !== "" ? written : JSON.stringify(value);
}

/** A copy without the keys that have no value. */
export function given(fields: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Everything in the front matter but what stands beside it in the data. */
export function rest({ data }: FrontMatter): JsonObject | undefined {
  const { name: _, description: __, ...others } = data;
  return Object.keys(others).length > 0 ? others : undefined;
}

/** The first paragraph that is no heading, on one line; else the first heading; at most 1,536 characters. */
export function firstParagraph(body: string): string {
  const paragraphs = body
    .slice(0, 16_384)
    .trim()
    .split(/\n[ \t]*\n/);
  const plain = paragraphs.map((one) => one.replace(/^#+ .*(?:\n|$)/, "").trim()).find((one) => /^[^<`\-|]/.test(one));
  const text = plain ?? paragraphs[0]?.replace(/^#+\s*/, "") ?? "";
  return text.replace(/\s+/g, " ").trim().slice(0, 1536);
}

const QUOTE = "Put it into quotes.";

/** A warning about one key, with its line. */
export function about(matter: FrontMatter, key: string, fault: Pick<Fault, "code" | "message" | "fix">): Fault {
  const line = lineOfKey(matter, key);
  return { severity: "warning", ...fault, ...(line !== undefined && { line, column: 1 }) };
}

/** What is wrong with a key that has to be text. */
export function notText(matter: FrontMatter, keys: readonly string[]): Fault[] {
  return keys
    .filter((key) => typeof matter.data[key] === "object" && matter.data[key] !== null)
    .map((key) =>
      about(matter, key, { code: "not-text", message: `"${key}" has to be text; it is ignored.`, fix: QUOTE }),
    );
}
