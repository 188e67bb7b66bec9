import { matchesTokens, segmentTokens, type Token } from "./segment.js";

/** Where a pattern starts: file system root, home, the settings' own place, or the working folder. */
export type Base = "root" | "home" | "source" | "cwd";

/** A gitignore pattern of a Read or Edit rule, taken apart. */
export interface PathPattern {
  readonly base: Base;
  /** Segments as written, without the anchor. */
  readonly segments: readonly string[];
  /** Written with a closing slash: only what is inside counts. */
  readonly inside: boolean;
  /** `dir/**`, which a deny or ask rule applies at any depth. */
  readonly loose: boolean;
}

const ANCHORS: readonly (readonly [string, Base])[] = [
  ["//", "root"],
  ["~/", "home"],
  ["./", "cwd"],
  ["/", "source"],
];

/** Takes a pattern apart, or says what is wrong with it. */
export function parsePathPattern(written: string): PathPattern | string {
  const text = written.normalize("NFC");
  if (text.startsWith("!")) return "a pattern cannot start with an exclamation mark";
  if (text.includes("\0") || text.length > 4096) return "the path is not a possible one";
  const whole = text === "~" || text === "." ? `${text}/` : text;
  const anchor = ANCHORS.find(([prefix]) => whole.startsWith(prefix));
  const rest = anchor ? whole.slice(anchor[0].length) : whole;
  const segments = rest.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) return 'a pattern cannot contain ".."';
  const base = anchor?.[1] ?? "cwd";
  if (segments.length === 0) return { base, segments: ["**"], inside: false, loose: false };
  const inside = rest.endsWith("/");
  const bare = anchor === undefined && segments.length === 1;
  const loose = anchor === undefined && segments.length === 2 && segments[1] === "**" && !/[*?[\\]/.test(segments[0]!);
  return { base, segments: bare ? ["**", ...segments] : segments, inside, loose };
}

const compiled = new Map<string, readonly Token[]>();

function tokensOf(segment: string): readonly Token[] {
  let tokens = compiled.get(segment);
  if (!tokens) {
    if (compiled.size > 2000) compiled.clear();
    compiled.set(segment, (tokens = segmentTokens(segment)));
  }
  return tokens;
}

/**
 * Whether a pattern matches a path, given as its segments below the pattern's anchor. As in gitignore, a pattern that
 * matches a folder matches all that is in it.
 */
export function matchesPath(pattern: PathPattern, path: readonly string[], anyDepth = false): boolean {
  const segments = anyDepth && pattern.loose ? ["**", ...pattern.segments] : pattern.segments;
  let states = closure(new Set([0]), segments);
  for (const [place, name] of path.entries()) {
    const next = new Set<number>();
    for (const state of states) {
      const segment = segments[state]!;
      if (segment === "**") next.add(state === segments.length - 1 ? segments.length : state);
      else if (matchesTokens(tokensOf(segment), name)) next.add(state + 1);
    }
    if (next.has(segments.length) && (!pattern.inside || place < path.length - 1)) return true;
    if (next.delete(segments.length) && segments.at(-1) === "**") next.add(segments.length - 1);
    states = closure(next, segments);
  }
  return false;
}

/** `**` may stand for no segment at all, except at the end. */
function closure(states: Set<number>, segments: readonly string[]): Set<number> {
  for (const state of states) {
    if (segments[state] === "**" && state < segments.length - 1) states.add(state + 1);
  }
  return states;
}
