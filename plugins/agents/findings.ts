import { posix } from "node:path";
import { isObject } from "../../schemas/json.js";

/** What a review found at one place. */
export interface Finding {
  /** As the agent wrote it, without a leading "./". */
  readonly file: string;
  /** From 1; 0 where it is about the whole file. */
  readonly line: number;
  readonly endLine: number;
  /** `bug`, `quality`, `guideline`, ... in lower case. */
  readonly kind: string;
  /** 0 false alarm or old, 25 perhaps, 50 real but minor, 75 very likely real and important, 100 certain. */
  readonly confidence: number;
  readonly title: string;
  readonly detail?: string;
  /** Who found it. */
  readonly sources: readonly string[];
}

/** An agent's report, taken apart. */
export interface Report {
  /** What it says beside its findings. */
  readonly words: string;
  readonly findings: readonly Finding[];
  /** One sentence for each entry that is no finding. */
  readonly problems: readonly string[];
}

/** Findings below this are hidden unless somebody asks for them. */
export const CONFIDENT = 80;

const MOST = 500;
const BLOCK = /^```(?:json[ \t]+)?findings[ \t]*\n([^]*?)^```[ \t]*$/gm;

/** Takes the blocks "```findings" with a JSON list out of a report. Undefined where it holds none. */
export function readFindings(text: string, source: string): Report | undefined {
  const findings: Finding[] = [];
  const problems: string[] = [];
  let found = false;
  const words = text.replace(BLOCK, (whole, json: string) => {
    found = true;
    const list = parsed(json);
    if (!list) {
      problems.push(`The findings of ${source} are no JSON list; they are left as they are.`);
      return whole;
    }
    for (const [index, entry] of list.slice(0, MOST).entries()) {
      const finding = findingOf(entry, source);
      if (finding) findings.push(finding);
      else problems.push(`Finding ${index + 1} of ${source} has no file, title or confidence and is left out.`);
    }
    return "";
  });
  return found ? { words: words.trim(), findings, problems } : undefined;
}

/**
 * Makes one finding of those on the same file and overlapping lines with the same kind. The surest gives its words, the
 * confidence is the highest, the lines are those of all, and everybody who found it is named. Surest first.
 */
export function mergeFindings(findings: readonly Finding[]): readonly Finding[] {
  const merged: Finding[] = [];
  const ordered = findings.toSorted(
    (a, b) => compare(a.file, b.file) || compare(a.kind, b.kind) || a.line - b.line || b.endLine - a.endLine,
  );
  for (const finding of ordered) {
    const before = merged.at(-1);
    const meets = before?.file === finding.file && before.kind === finding.kind && finding.line <= before.endLine;
    if (before && meets) merged[merged.length - 1] = together(before, finding);
    else merged.push(finding);
  }
  return merged.toSorted((a, b) => b.confidence - a.confidence || compare(a.file, b.file) || a.line - b.line);
}

/** Those that are sure enough to be shown, and how many are not. */
export function sureEnough(
  findings: readonly Finding[],
  least: number = CONFIDENT,
): { readonly shown: readonly Finding[]; readonly hidden: number } {
  const shown = findings.filter(({ confidence }) => confidence >= least);
  return { shown, hidden: findings.length - shown.length };
}

/** For models and people: one item each, and how many were hidden. */
export function findingsText(findings: readonly Finding[], least: number = CONFIDENT): string {
  const { shown, hidden } = sureEnough(findings, least);
  const items = shown.map((finding) => {
    const detail = finding.detail === undefined ? "" : `\n  ${finding.detail.replaceAll("\n", "\n  ")}`;
    const sources = finding.sources.length > 0 ? ` (${finding.sources.join(", ")})` : "";
    return `- [${finding.confidence}] ${finding.kind} ${placeOf(finding)}: ${finding.title}${sources}${detail}`;
  });
  const nothing = `No finding has a confidence of ${least} or more.`;
  const rest =
    hidden > 0 ? [`${hidden} with a confidence below ${least} ${hidden === 1 ? "is" : "are"} not shown.`] : [];
  return [...(items.length > 0 ? items : [nothing]), ...rest].join("\n");
}

function placeOf({ file, line, endLine }: Finding): string {
  if (line === 0) return file;
  return endLine > line ? `${file}:${line}-${endLine}` : `${file}:${line}`;
}

function together(one: Finding, other: Finding): Finding {
  const surest = other.confidence > one.confidence ? other : one;
  const endLine = Math.max(one.endLine, other.endLine);
  return { ...surest, line: one.line, endLine, sources: [...new Set([...one.sources, ...other.sources])] };
}

function findingOf(entry: unknown, source: string): Finding | undefined {
  if (!isObject(entry)) return undefined;
  const { file, kind, title, detail } = entry;
  const confidence = Number(entry["confidence"] ?? Number.NaN);
  if (typeof file !== "string" || file === "" || typeof title !== "string" || !Number.isFinite(confidence))
    return undefined;
  const [line, endLine] = linesOf(entry);
  return {
    file: posix.normalize(file.replaceAll("\\", "/")),
    line,
    endLine,
    kind: typeof kind === "string" && kind !== "" ? kind.toLowerCase() : "bug",
    confidence: Math.min(100, Math.max(0, Math.round(confidence))),
    title,
    ...(typeof detail === "string" && detail !== "" && { detail }),
    sources: [source],
  };
}

/** `line` with `endLine`, or `lines` as "10-20". */
function linesOf({ line, endLine, lines }: Readonly<Record<string, unknown>>): readonly [number, number] {
  const range = /^\s*(\d+)(?:\s*[-–:]\s*(\d+))?\s*$/.exec(String(lines ?? line ?? ""));
  const from = Number(range?.[1] ?? 0);
  const to = Number(range?.[2] ?? endLine ?? from);
  return [from, Number.isInteger(to) && to > from ? to : from];
}

function parsed(json: string): readonly unknown[] | undefined {
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
