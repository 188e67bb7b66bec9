import { UserError } from "../../../schemas/errors.js";

export type Answer = "allow" | "ask" | "deny";

/** What a call can be, as far as a mode is concerned. */
const SITUATIONS = [
  "read",
  "readOutside",
  "readShell",
  "write",
  "writeOutside",
  "fileShell",
  "shell",
  "opaque",
  "network",
  "talk",
  "secret",
  "secretOutside",
  "protected",
  "unresolved",
  "dangerous",
  "critical",
] as const;

export type Situation = (typeof SITUATIONS)[number];

/** A mode is this data and nothing else. */
export interface Mode {
  readonly name: string;
  readonly answers: Readonly<Record<Situation, Answer>>;
  /** Which an "ask" allow rules can answer: every one, those about reading, none. */
  readonly rules: "all" | "reading" | "none";
  /** What stands in for an "ask" that nobody settled: the person, whom hooks may spare or not, or a deny. */
  readonly asking: "ask" | "insist" | "deny";
}

const READING: ReadonlySet<Situation> = new Set<Situation>([
  "read",
  "readOutside",
  "readShell",
  "secret",
  "secretOutside",
  "network",
]);

/** Whether a call of these situations changes nothing. */
export function readsOnly(situations: readonly Situation[]): boolean {
  return situations.length > 0 && situations.every((one) => READING.has(one) && one !== "network");
}

/** Whether allow rules count in a mode for a situation. */
export function rulesCount({ rules }: Mode, situation: Situation): boolean {
  return rules === "all" || (rules === "reading" && READING.has(situation));
}

/** Situations whose "ask" no hook can answer in the person's place. */
export const HARD: ReadonlySet<Situation> = new Set<Situation>([
  "opaque",
  "secret",
  "secretOutside",
  "protected",
  "unresolved",
  "dangerous",
  "critical",
]);

const LETTERS: Readonly<Record<string, Answer>> = { a: "allow", "?": "ask", d: "deny" };

/** One letter for each situation, in the order of `SITUATIONS`: a = allow, ? = ask, d = deny. */
function answers(letters: string): Mode["answers"] {
  const cells = letters.replaceAll(" ", "");
  return Object.fromEntries(SITUATIONS.map((one, place) => [one, LETTERS[cells[place]!]!])) as Mode["answers"];
}

// Columns: read readOutside readShell | write writeOutside fileShell | shell opaque network talk |
//          secret secretOutside protected unresolved dangerous critical
const TABLE: readonly Mode[] = [
  { name: "default", answers: answers("a?a ??? ???a d?????"), rules: "all", asking: "ask" },
  { name: "acceptEdits", answers: answers("a?a a?a ???a d?????"), rules: "all", asking: "ask" },
  { name: "plan", answers: answers("a?a dd? ???a d?d???"), rules: "reading", asking: "ask" },
  { name: "dontAsk", answers: answers("a?a ??? ???a d?????"), rules: "all", asking: "deny" },
  { name: "bypassPermissions", answers: answers("aaa aaa a?aa d?????"), rules: "all", asking: "ask" },
  { name: "readOnly", answers: answers("a?a ddd dd?a d?d?dd"), rules: "all", asking: "ask" },
  { name: "confirmEach", answers: answers("a?a ??? ???a d???dd"), rules: "none", asking: "insist" },
  { name: "deny", answers: answers("add ddd dddd dddddd"), rules: "none", asking: "deny" },
];

const SPELLINGS: Readonly<Record<string, string>> = {
  interactive: "default",
  manual: "default",
  ask: "default",
  auto: "bypassPermissions",
  "auto-yes": "bypassPermissions",
  bypass: "bypassPermissions",
  "auto-no": "confirmEach",
};

/** The mode that asks for nothing; it has rules of its own about who may choose it. */
export const BYPASS = "bypassPermissions";

const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, "");
const BY_SPELLING: ReadonlyMap<string, Mode> = new Map<string, Mode>([
  ...TABLE.map((mode) => [plain(mode.name), mode] as const),
  ...Object.entries(SPELLINGS).map(
    ([spelling, name]) => [plain(spelling), TABLE.find((mode) => mode.name === name)!] as const,
  ),
]);

/** The mode of a name in any accepted spelling; undefined for others. */
export function namedMode(name: string): Mode | undefined {
  return BY_SPELLING.get(plain(name));
}

/** The mode of a name in any accepted spelling: canonical, seed or kebab-case. Throws a UserError for others. */
export function modeNamed(name: string): Mode {
  const mode = namedMode(name);
  if (mode) return mode;
  const names = TABLE.map((one) => one.name).join(", ");
  throw new UserError(`There is no permission mode "${name}"; the modes are ${names}.`);
}
