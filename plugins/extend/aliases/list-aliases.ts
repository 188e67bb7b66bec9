import type { AliasDesk } from "./desk.js";
import { usageText } from "./hint.js";

/** One alias in a list. */
interface Listed {
  readonly name: string;
  readonly usage: string;
  readonly description?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many things keep it from running. */
  readonly errors: number;
}

/** Every alias there is, also those that cannot run. */
export async function listAliases(
  desk: AliasDesk,
): Promise<{ readonly json: readonly Listed[]; readonly text: string }> {
  const book = await desk.book();
  const rows: Listed[] = [];
  for (const alias of book.all()) {
    const { name, file, declaration } = alias;
    const { description, at } = declaration;
    const errors = (await desk.errors(alias, book)).length;
    rows.push({
      name,
      usage: usageText(alias),
      ...(description !== undefined && { description }),
      file,
      ...at,
      errors,
    });
  }
  for (const { name, file, fault } of book.broken()) {
    const { line, column } = fault;
    rows.push({ name, usage: `@${name}`, file, line, column, errors: 1 });
  }
  const json = rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { json, text: listText(json) };
}

function listText(rows: readonly Listed[]): string {
  if (rows.length === 0)
    return "There are no aliases; write some into .nacre/aliases.nalias or ~/.nacre/aliases.nalias.\n";
  const width = Math.max(...rows.map(({ usage }) => usage.length));
  return rows
    .map(({ usage, description, file, line, column, errors }) => {
      const place = `${file}:${line}:${column}`;
      const about = [description, errors > 0 ? `cannot run (nacre alias check)` : undefined, place];
      return `${usage.padEnd(width)}  ${about.filter((part) => part !== undefined).join("  ")}\n`;
    })
    .join("");
}
