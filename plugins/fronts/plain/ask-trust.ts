import { relative } from "node:path";
import type { Invocation } from "../../../schemas/front.js";
import { reveal, sanitize } from "../../../schemas/printable.js";
import type { Acting, TrustQuestion } from "../../../schemas/trusted.js";
import { Keyboard } from "./keyboard.js";
import { Screen } from "./screen.js";

type Env = Readonly<Record<string, string | undefined>>;

/** Lines of a page when the terminal's height is not known. */
const ROWS = 24;
const ESCAPE = "\u001b";

/** Asks whether a project may act, after showing all that it would do. Undefined: nobody can be asked. */
export async function askTrust(
  { root, parts, isChange }: TrustQuestion,
  { io, flags }: Invocation,
  env: Env,
): Promise<boolean | undefined> {
  if (flags["no-interactive"] === true || !io.stdin.isTTY) return undefined;
  const screen = new Screen(io, env);
  const keyboard = new Keyboard(io.stdin);
  const stop = new AbortController();
  keyboard.onInterrupt = () => stop.abort();
  keyboard.onEnd = () => stop.abort();
  try {
    await keyboard.discard();
    screen.line(screen.styled(titleOf(root, isChange), "bold"));
    const lines = parts.length > 0 ? parts.map((part) => textOf(root, part)) : [NOTHING];
    const rows = lines.flatMap((line) => line.split("\n"));
    if (!(await show(screen, keyboard, rows, { stop, terminal: io.stdout as { readonly rows?: number } })))
      return said(screen, false, isChange);
    screen.line(isChange ? "Agree to this? Without it the rest counts as before." : QUESTION);
    screen.write(screen.styled("y = yes, any other key = no: ", "bold"));
    const key = (await keyboard.key(stop.signal))?.toLowerCase();
    if (key === undefined) screen.write("\n");
    return key === undefined ? undefined : said(screen, key === "y", isChange);
  } finally {
    keyboard.close();
  }
}

const NOTHING = "  texts for the model: skills, commands, agents. Nothing of it runs by itself.";
const QUESTION =
  "If you do not know who wrote this, say no: then nothing of it is used, and this session only reads. Trust it?";

function titleOf(root: string, isChange: boolean): string {
  const folder = reveal(root);
  return isChange ? `${folder} has changed since you trusted it. New is:` : `${folder} brings configuration that acts:`;
}

/** All of it: what is not shown cannot be agreed to. */
function textOf(root: string, { file, what, value, text }: Acting): string {
  const whole = reveal(text ?? JSON.stringify(value)).split("\n");
  const [first = "", ...rest] = whole;
  return [
    `  ${sanitize(what)}: ${first}`,
    ...rest.map((line) => `    ${line}`),
    `    in ${reveal(relative(root, file))}`,
  ].join("\n");
}

interface Paging {
  readonly stop: AbortController;
  readonly terminal: { readonly rows?: number };
}

/** Page by page where it is longer than the terminal. False when the person has seen enough. */
async function show(screen: Screen, keyboard: Keyboard, lines: readonly string[], paging: Paging): Promise<boolean> {
  const page = Math.max(3, (paging.terminal.rows ?? ROWS) - 5);
  for (let at = 0; at < lines.length; at += page) {
    for (const line of lines.slice(at, at + page)) screen.line(line);
    const left = lines.length - at - page;
    if (left <= 0) break;
    screen.write(`${left} more lines: any key shows them, n says no `);
    const key = await keyboard.key(paging.stop.signal);
    screen.endLine();
    if (key === undefined || key.toLowerCase() === "n" || key === ESCAPE) return false;
  }
  return true;
}

function said(screen: Screen, answer: boolean, isChange: boolean): boolean {
  screen.write(`${answer ? "yes" : "no"}\n`);
  if (answer && !isChange) screen.line("nacre trust show tells what was agreed to, nacre trust revoke takes it back.");
  return answer;
}
