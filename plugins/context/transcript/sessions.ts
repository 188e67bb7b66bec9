import { once } from "node:events";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { codeOf, EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation, Io } from "../../../schemas/front.js";
import type { Transcript } from "../../../schemas/kinds.js";
import { asJson, asJsonLines, asMarkdown } from "./export.js";
import type { Shelf } from "./shelf.js";
import { jsonText } from "../../../schemas/json-text.js";
import { oneLine, printable, sanitize } from "../../../schemas/printable.js";

const FORMATS = { md: asMarkdown, json: asJson, jsonl: asJsonLines } as const;

/** `nacre sessions list|show|export`. */
export async function run(shelf: Shelf, cwd: string, { flags, positionals, io }: Invocation): Promise<number> {
  const [verb = "list", session, file] = positionals;
  if (verb === "list") {
    const all = await shelf.list(flags["all"] === true ? undefined : cwd);
    await print(io, [flags["json"] === true ? asRecords(all) : asTable(all, flags["all"] === true)]);
    return EXIT.done;
  }
  if (verb !== "show" && verb !== "export") {
    throw new UserError(`"nacre sessions ${verb}" does not exist; there are list, show and export.`, EXIT.usage);
  }
  if (session === undefined) {
    throw new UserError(
      `"nacre sessions ${verb}" needs a session: an id, its beginning, a name or a file.`,
      EXIT.usage,
    );
  }
  const format = flags["format"] ?? (flags["json"] === true ? "json" : "md");
  if (typeof format !== "string" || !Object.hasOwn(FORMATS, format)) {
    throw new UserError(
      `--format must be one of ${Object.keys(FORMATS).join(", ")}, not "${String(format)}".`,
      EXIT.usage,
    );
  }
  const transcript = await shelf.find(session, cwd);
  const pieces = FORMATS[format as keyof typeof FORMATS](transcript);
  if (verb === "export" && file !== undefined) await save(resolve(cwd, file), pieces);
  else await print(io, pieces);
  const damaged = transcript.damaged();
  if (damaged > 0) io.stderr.write(`${damaged} damaged lines were skipped in ${transcript.path}.\n`);
  return EXIT.done;
}

function asRecords(transcripts: readonly Transcript[]): string {
  const records = transcripts.map(({ id, name, title, cwd, path, modified, bytes }) => {
    return { id, name, title, cwd, path, modified: new Date(modified).toISOString(), bytes };
  });
  return `${jsonText(records, 2)}\n`;
}

function asTable(transcripts: readonly Transcript[], withFolder: boolean): string {
  if (transcripts.length === 0)
    return withFolder ? "No sessions.\n" : "No sessions in this folder; --all lists those of others.\n";
  const rows = transcripts.map((one) => {
    const time = new Date(one.modified).toISOString().slice(0, 16).replace("T", " ");
    const what = oneLine([one.name, one.title].filter((text) => text !== undefined && text !== "").join(": "), 200);
    return [one.id, time, `${Math.ceil(one.bytes / 1024)} KB`.padStart(9), what, withFolder ? printable(one.cwd) : ""];
  });
  return rows.map((row) => `${row.join("  ").trimEnd()}\n`).join("");
}

/** To the terminal nothing goes that could steer it. */
async function print({ stdout }: Io, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
  for await (const piece of pieces) {
    const text = stdout.isTTY ? sanitize(piece) : piece;
    if (!stdout.write(text)) await once(stdout, "drain");
  }
}

async function save(path: string, pieces: AsyncIterable<string>): Promise<void> {
  const file = await open(path, "wx", 0o600).catch((error: unknown) => {
    const why =
      codeOf(error) === "EEXIST" ? "it exists already; name another file" : `it cannot be written (${codeOf(error)})`;
    throw new UserError(`The session was not exported to ${path}: ${why}.`, EXIT.usage);
  });
  try {
    for await (const piece of pieces) await file.write(piece);
  } finally {
    await file.close();
  }
}
