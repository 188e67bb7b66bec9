import type { KernelView } from "../../../core/types.js";
import type { Answer, Ask, PermissionUpdate, Question } from "../../../schemas/decision.js";
import { messageOf } from "../../../schemas/errors.js";
import type { Session } from "../../../schemas/session.js";
import { reveal, sanitize } from "../../../schemas/printable.js";
import type { Keyboard } from "./keyboard.js";
import type { LineEditor } from "./line-editor.js";
import type { Screen } from "./screen.js";

/** A terminal's size when it is not known. */
const ROWS = 24;
const COLUMNS = 80;
/** Lines the question itself takes. */
const FRAME = 6;

export interface Desk {
  readonly kernel: KernelView;
  readonly screen: Screen;
  readonly keyboard: Keyboard;
  readonly editor: LineEditor;
  session(): Session | undefined;
  /** The terminal's size; undefined where it is not known. */
  size(): { readonly rows?: number | undefined; readonly columns?: number | undefined };
}

const ESCAPE = "\u001b";
const INTERRUPTED: Answer = { behavior: "deny", message: "Interrupted before it ran. Nothing was done." };
const NO: Answer = { behavior: "deny", message: "The user does not want this to be done." };
const NO_AND_STOP: Answer = { ...NO, interrupt: true };

/** Asks the person in front of the terminal. Questions that come together are asked one after the other. */
export function askPerson(desk: Desk): Ask {
  let last: Promise<unknown> = Promise.resolve();
  return (question, signal) => {
    const answer = last.then(() => ask(desk, question, signal));
    last = answer.catch(() => {});
    return answer;
  };
}

async function ask(desk: Desk, question: Question, signal: AbortSignal): Promise<Answer> {
  const { screen, keyboard } = desk;
  if (signal.aborted) return INTERRUPTED;
  await keyboard.discard();
  const fits = await show(desk, question, signal);
  if (fits === "no") return NO;
  if (question.confirm !== undefined) return typed(desk, question.confirm);
  const always = fits === "whole" ? question.suggestions : [];
  screen.line("  y    yes");
  if (always.length > 0) screen.line(`  a    yes, and from now on: ${always.map(describe).join("; ")}`);
  screen.line("  n    no");
  screen.line("  Esc  no, and stop");
  screen.write(screen.styled("Allow it? ", "bold"));
  for (;;) {
    const key = (await keyboard.key(signal))?.toLowerCase();
    if (key === undefined) return said(screen, "stopped", INTERRUPTED);
    if (key === "y") return said(screen, "yes", { behavior: "allow" });
    if (key === "n") return said(screen, "no", NO);
    if (key === ESCAPE) return said(screen, "no, and stop", NO_AND_STOP);
    if (key === "a" && always.length > 0) return said(screen, "always", await keep(desk, always));
  }
}

function said(screen: Screen, word: string, answer: Answer): Answer {
  screen.write(`${word}\n`);
  return answer;
}

/** The whole call, page by page where it is longer than the terminal. */
async function show(desk: Desk, { call, reason }: Question, signal: AbortSignal): Promise<"whole" | "paged" | "no"> {
  const { screen, keyboard } = desk;
  const { rows = ROWS, columns = COLUMNS } = desk.size();
  screen.line(screen.styled(`${sanitize(call.name)} asks to run:`, "bold"));
  const page = Math.max(3, rows - FRAME);
  const lines = Object.entries(call.input).flatMap(([key, value]) => {
    const text = reveal(typeof value === "string" ? value : JSON.stringify(value)).split("\n");
    const shown = text.length === 1 ? [`${reveal(key)}: ${text[0]}`] : [`${reveal(key)}:`, ...text.map(indented)];
    return shown.flatMap((line) => wrapped(indented(line), Math.max(20, columns)));
  });
  for (let at = 0; at < lines.length; at += page) {
    for (const line of lines.slice(at, at + page)) screen.line(line);
    if (at + page >= lines.length) break;
    screen.write(`${lines.length - at - page} more lines: any key shows them, n refuses `);
    const key = await keyboard.key(signal);
    screen.endLine();
    if (key === undefined || key.toLowerCase() === "n" || key === ESCAPE) return "no";
  }
  screen.line(`Why it asks: ${sanitize(reason)}`);
  return lines.length <= page ? "whole" : "paged";
}

const indented = (line: string): string => `  ${line}`;

/** A line in pieces that each fit into a row. Characters beyond the Latin ones count as wide. */
function wrapped(line: string, columns: number): string[] {
  const rows: string[] = [];
  let [row, width] = ["", 0];
  for (const character of line) {
    const own = (character.codePointAt(0) ?? 0) < 0x1100 ? 1 : 2;
    if (width + own > columns) {
      rows.push(row);
      [row, width] = ["", 0];
    }
    row += character;
    width += own;
  }
  return [...rows, row];
}

/** What cannot be undone is approved by typing a word. */
async function typed({ screen, editor }: Desk, word: string): Promise<Answer> {
  screen.line(`This cannot be undone. Type ${reveal(word)} to allow it; anything else refuses.`);
  const line = await editor.ask("Allow it? ");
  screen.wasEdited();
  if (line === undefined) return NO_AND_STOP;
  return line.trim() === word ? { behavior: "allow" } : NO;
}

/** Lets the rules that came with the question count from now on. */
async function keep({ kernel, screen, session }: Desk, updates: readonly PermissionUpdate[]): Promise<Answer> {
  const main = session();
  try {
    if (main) await (await kernel.service("permissions"))?.apply(main, updates);
  } catch (error) {
    screen.line(`It is allowed this once only: ${sanitize(messageOf(error))}`, "yellow");
  }
  return { behavior: "allow", updates };
}

const WHERE = {
  session: "in this session",
  localSettings: "in this folder, for you",
  projectSettings: "in this project",
  userSettings: "everywhere",
} as const;

function describe(update: PermissionUpdate): string {
  const where = WHERE[update.destination];
  if (update.type === "setMode") return `mode ${sanitize(update.mode)} ${where}`;
  if ("directories" in update) return `the folders ${update.directories.map(reveal).join(", ")} ${where}`;
  const rules = update.rules.map(({ toolName, ruleContent }) =>
    reveal(ruleContent === undefined ? toolName : `${toolName}(${ruleContent})`),
  );
  return `${update.behavior} ${rules.join(", ")} ${where}`;
}
