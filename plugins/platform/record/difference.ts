/** Where two values first differ, as a path, with both sides in short. */
export interface Difference {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

const LONGEST = 60;
/** How much of what is equal is shown before the difference. */
const BEFORE = 20;

/** The first difference in reading order; undefined when there is none. */
export function difference(expected: unknown, got: unknown, path = ""): Difference | undefined {
  if (expected === got) return undefined;
  if (typeof expected === "string" && typeof got === "string") return ofTexts(expected, got, path);
  if (Array.isArray(expected) && Array.isArray(got)) {
    for (let place = 0; place < Math.max(expected.length, got.length); place++) {
      const inner = difference(expected[place], got[place], `${path}[${place}]`);
      if (inner) return inner;
    }
    return undefined;
  }
  if (isRecord(expected) && isRecord(got)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(got)])) {
      const inner = difference(expected[key], got[key], path === "" ? key : `${path}.${key}`);
      if (inner) return inner;
    }
    return undefined;
  }
  return { path, expected: short(expected), got: short(got) };
}

function ofTexts(expected: string, got: string, path: string): Difference {
  let same = 0;
  while (same < expected.length && expected[same] === got[same]) same++;
  const start = Math.max(0, same - BEFORE);
  return { path, expected: part(expected, start), got: part(got, start) };
}

function part(text: string, start: number): string {
  const piece = JSON.stringify(text.slice(start, start + LONGEST));
  return `${start > 0 ? "…" : ""}${piece}${start + LONGEST < text.length ? "…" : ""}`;
}

function short(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
