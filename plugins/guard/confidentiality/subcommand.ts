import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { EXIT, UserError, codeOf, messageOf } from "../../../schemas/errors.js";
import type { Invocation, Io } from "../../../schemas/front.js";
import { printable } from "../../../schemas/printable.js";
import { look } from "./look.js";
import { hashOf, type Term } from "./term.js";

const MOST = 64 * 1024 * 1024;

/** `nacre confidentiality check|hash`. */
export async function confidentialitySubcommand(
  terms: readonly Term[],
  { positionals, io }: Invocation,
): Promise<number> {
  const [verb, file, ...more] = positionals;
  if (verb === "hash" && file === undefined) {
    const word = (await piped(io)).trim();
    if (word === "" || /\s/.test(word))
      throw new UserError("Pipe in one word: printf WORD | nacre confidentiality hash.");
    io.stdout.write(`{ id = "NAME", hash = "${hashOf(word, randomBytes(8).toString("hex"))}" }\n`);
    return EXIT.done;
  }
  if (verb !== "check" || more.length > 0) {
    throw new UserError("Say what to do: nacre confidentiality check [FILE] | hash.");
  }
  const found = look(terms, [
    { place: file ?? "standard input", text: file ? textOf(file) : await piped(io), inInput: false },
  ]);
  for (const { id, place, line, action } of found) io.stdout.write(`${printable(place)}:${line}: ${id} (${action})\n`);
  if (found.length === 0) io.stdout.write(`Nothing confidential is in it; ${terms.length} terms were looked for.\n`);
  return found.length === 0 ? EXIT.done : EXIT.failed;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = codeOf(error) === "ENOENT" ? "does not exist" : `cannot be read: ${messageOf(error)}`;
    throw new UserError(`${printable(file)} ${why}.`);
  }
}

async function piped({ stdin }: Io): Promise<string> {
  if (stdin.isTTY) throw new UserError("Nothing is piped in.");
  let text = "";
  for await (const part of stdin) {
    text += String(part);
    if (text.length > MOST) throw new UserError("More than 64 MB are piped in.");
  }
  return text;
}
