import { statSync } from "node:fs";
import { resolve } from "node:path";
import { UserError, EXIT } from "../../schemas/errors.js";
import { isObject } from "../../schemas/json.js";
import { textOf } from "../../schemas/message.js";
import type { Session, Used } from "../../schemas/session.js";
import type { ToolOutput } from "../../schemas/tool.js";
import type { Piece, ShellPiece } from "./body-pieces.js";

/** Where a body is put together, and how far it may reach. */
export interface Expanding {
  readonly session: Session;
  readonly signal?: AbortSignal;
  /** Stands in the place of every command, which then does not run. */
  readonly noShell?: string;
  /** The tool that runs commands. */
  readonly tool?: "Bash" | "PowerShell";
  /** Where a relative path of a file is looked for, after the working folder. */
  readonly folder?: string;
}

const MOST_COMMANDS = 50;
const MOST_FILES = 20;
const MOST_CHARACTERS = 200_000;
/** Milliseconds a command may take. */
const TIMEOUT = 120_000;

/**
 * Puts pieces together: runs commands in order, through the tool's own gates and without asking anybody, and reads files
 * as the Read tool may. Throws a UserError when a command may not run or fails. What commands and files give is taken as
 * it is.
 */
export async function expandBody(pieces: readonly Piece[], expanding: Expanding): Promise<string> {
  const files = new Files(expanding);
  const commands = pieces.filter(({ kind }) => kind === "shell").length;
  if (commands > MOST_COMMANDS && expanding.noShell === undefined) {
    throw new UserError(`Its text holds ${commands} commands; at most ${MOST_COMMANDS} are run.`, EXIT.failed);
  }
  let body = "";
  for (const piece of pieces) {
    if (piece.kind === "text") body += piece.text;
    else if (piece.kind === "shell") body += expanding.noShell ?? (await run(piece, expanding));
    else if (piece.place === "here") body += (await files.content(piece.path)) ?? piece.text;
    else body += await files.mention(piece.path, piece.text);
  }
  return body.trimEnd() + files.appended;
}

async function run({ command, pattern, lenient }: ShellPiece, expanding: Expanding): Promise<string> {
  const { session, signal, tool = "Bash" } = expanding;
  const options = { ask: false, ...(signal && { signal }) };
  const used = await session.use({ name: tool, input: { command, timeout: TIMEOUT } }, options);
  if (signal?.aborted) throw new UserError("Stopped.", EXIT.interrupted);
  const said = textOf(used.output.content);
  if (!used.ran) throw failed("Shell command permission check failed for", pattern, used.refused?.reason ?? said);
  if (!used.output.isError) return outputOf(used.output, said);
  if (!lenient) throw failed("Shell command failed for", pattern, said);
  return said;
}

/** What a command wrote; nothing where the tool says in words that it wrote nothing. */
function outputOf({ details }: ToolOutput, said: string): string {
  const silent = isObject(details) && details["stdout"] === "" && details["stderr"] === "";
  return silent ? "" : said;
}

function failed(what: string, pattern: string, why: string): UserError {
  return new UserError(`${what} pattern "${pattern}": ${why.slice(0, 2_000)}`, EXIT.failed);
}

/** The files that a body mentions. */
class Files {
  /** Their contents, to stand below the body. */
  appended = "";
  readonly #expanding: Expanding;
  readonly #mentioned = new Set<string>();
  #read = 0;
  #characters = 0;

  constructor(expanding: Expanding) {
    this.#expanding = expanding;
  }

  /** The mention as it stays in the text; what the file holds is appended once. */
  async mention(path: string, text: string): Promise<string> {
    const file = this.#find(path);
    if (file === undefined || this.#mentioned.has(file)) return text;
    this.#mentioned.add(file);
    const content = await this.#content(file);
    this.appended += `\n\n<file path=${JSON.stringify(path)}>\n${content}\n</file>`;
    return text;
  }

  /** What a file holds; undefined where there is none. */
  async content(path: string): Promise<string | undefined> {
    const file = this.#find(path);
    return file === undefined ? undefined : this.#content(file);
  }

  #find(path: string): string | undefined {
    const { session, folder } = this.#expanding;
    for (const base of [session.cwd, ...(folder === undefined ? [] : [folder])]) {
      const file = resolve(base, path);
      if (isFile(file)) return file;
    }
    return undefined;
  }

  async #content(file: string): Promise<string> {
    if (this.#read >= MOST_FILES || this.#characters >= MOST_CHARACTERS) return "(not read: too much is mentioned)";
    const { session, signal } = this.#expanding;
    const options = { ask: false, ...(signal && { signal }) };
    const used: Used = await session.use({ name: "Read", input: { file_path: file } }, options);
    if (!used.ran) return `(not read: ${used.refused?.reason ?? textOf(used.output.content)})`;
    const text = unnumbered(textOf(used.output.content)).slice(0, MOST_CHARACTERS - this.#characters);
    this.#read++;
    this.#characters += text.length;
    return text;
  }
}

/** A text as its file holds it: numbers of lines belong to what a model asked to read. */
function unnumbered(text: string): string {
  return /^ *1\t/.test(text) ? text.replaceAll(/^ *\d+\t/gm, "") : text;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
