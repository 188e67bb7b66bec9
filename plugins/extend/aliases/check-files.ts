import { dirname, resolve } from "node:path";
import type { Diagnostic, OwnedPart, PartOwner } from "../../../schemas/parts.js";
import { realPath } from "../../../schemas/real-path.js";
import { Book } from "./book.js";
import { checkAlias } from "./check/check-alias.js";
import { placed, type AliasDesk } from "./desk.js";

/** Everything wrong in one file, or in all alias files of the loaded plugins. */
export async function checkFiles(
  desk: AliasDesk,
  file: string | undefined,
): Promise<{ readonly json: readonly Diagnostic[]; readonly text: string }> {
  const { problems, book, count } =
    file === undefined ? await known(desk) : await alone(desk, resolve(desk.kernel.cwd, file));
  const tools = desk.tools();
  const aliases = book.all().filter((alias) => count(alias.file));
  const all = [...problems, ...book.problems.filter((one) => count(one.file))];
  for (const alias of aliases) all.push(...checkAlias(alias, { book, tools }));
  const json = unique(all).toSorted(byPlace);
  const lines = json.map(
    (one) =>
      `${placed({ ...one, message: `${one.severity}: ${one.message}` })}${one.fix === undefined ? "" : ` ${one.fix}`}\n`,
  );
  const errors = json.filter(({ severity }) => severity === "error").length;
  const sum =
    errors > 0
      ? `${errors} ${errors === 1 ? "error" : "errors"}.`
      : `${aliases.length} ${aliases.length === 1 ? "alias" : "aliases"}, no errors.`;
  return { json, text: `${lines.join("")}${sum}\n` };
}

interface Checked {
  readonly problems: readonly Diagnostic[];
  readonly book: Book;
  /** Whether what a file holds is looked at. */
  readonly count: (file: string) => boolean;
}

async function known(desk: AliasDesk): Promise<Checked> {
  const catalogue = await desk.kernel.service("catalogue");
  const problems = ((await catalogue?.problems()) ?? []).filter(
    ({ code, file }) => code === "alias" || file.endsWith(".nalias"),
  );
  return { problems, book: await desk.book(), count: () => true };
}

/** One file with what it includes, before all that is known besides. */
async function alone(desk: AliasDesk, path: string): Promise<Checked> {
  const { readAliases } = await import("./read-aliases.js");
  const file = realPath(path) ?? path;
  const dir = dirname(file);
  const { parts, problems, files } = readAliases([{ path: file }], { dir });
  const owner: PartOwner = { name: "file", dir, origin: "user", format: "none", namespaced: false, strict: false };
  const own: OwnedPart[] = parts.map((part) => ({ ...part, owner }));
  const rest = (await desk.parts()).filter((part) => !files.includes(realPath(part.file) ?? part.file));
  return { problems, book: new Book([...own, ...rest]), count: (one) => files.includes(one) };
}

function unique(all: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(all.map((one) => [placed(one), one])).values()];
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
