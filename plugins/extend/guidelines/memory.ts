import { isAbsolute, relative } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { EXIT } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import type { Session } from "../../../schemas/session.js";
import type { FoundPlaces } from "./find-places.js";
import { entriesOf, gather, type Gathered } from "./gather.js";
import type { Known } from "./known.js";
import type { Entry } from "./loader.js";
import { readable } from "./tell.js";
import { withPlugins } from "./places-of-plugins.js";
import { printable } from "../../../schemas/printable.js";

/** What showing guidelines needs. */
export interface Showing {
  readonly kernel: KernelView;
  readonly userHome: string;
  readonly known?: Known | undefined;
  readonly session?: Session;
}

/** The files in the order in which the model reads them, where each comes from, and what is not read and why. */
export async function memory(found: FoundPlaces, { known, ...showing }: Showing): Promise<string> {
  const { kernel } = showing;
  const told = new Set<string>();
  const gathered = await all(found, showing, told);
  const later = [...(known?.told ?? [])].filter((file) => !told.has(file));
  return text(entriesOf(gathered), later, kernel.cwd) + notes(gathered.loader.notices);
}

/** `nacre guidelines list`. */
export async function list(
  found: FoundPlaces,
  { kernel, userHome }: Showing,
  { io, flags }: Invocation,
): Promise<number> {
  const gathered = await all(found, { kernel, userHome }, new Set());
  const entries = entriesOf(gathered);
  const { notices } = gathered.loader;
  const json = { files: entries.map(({ text: told, ...facts }) => ({ ...facts, bytes: size(told) })), notices };
  io.stdout.write(
    flags["json"] === true
      ? `${JSON.stringify(json, null, 2)}\n`
      : `${text(entries, [], kernel.cwd)}${notes(notices)}\n`,
  );
  return EXIT.done;
}

async function all(found: FoundPlaces, { kernel, userHome, session }: Showing, told: Set<string>): Promise<Gathered> {
  const places = await withPlugins(found.places, kernel, kernel.cwd);
  const mayRead = session && readable(session, { kernel });
  return gather(places, { kernel, userHome, project: found.project, told, ...(mayRead && { mayRead }) });
}

function text(entries: readonly Entry[], later: readonly string[], cwd: string): string {
  if (entries.length + later.length === 0)
    return "There are no guidelines. A file AGENTS.md or NACRE.md in this folder would be read at the start of each session.";
  const told = entries.filter((entry) => entry.text !== undefined);
  const rest = entries.filter((entry) => entry.text === undefined);
  const lines = told.map(
    (entry, place) => `${String(place + 1).padStart(3)}. ${shown(entry.file, cwd)}  ${facts(entry)}`,
  );
  if (lines.length === 0) lines.push("No guidelines are read.");
  for (const file of later) lines.push(`  +  ${shown(file, cwd)}  read because of a file that was worked on`);
  if (rest.length > 0) lines.push("", "Not read:");
  for (const { file, origin, why } of rest) lines.push(`  -  ${shown(file, cwd)}  ${origin}: ${why}`);
  return lines.join("\n");
}

function facts({ origin, parent, text: told }: Entry): string {
  const from = parent === undefined ? "" : `, imported by ${parent}`;
  return `${origin}, ${size(told).toLocaleString("en")} ${size(told) === 1 ? "byte" : "bytes"}${from}`;
}

function size(told: string | undefined): number {
  return Buffer.byteLength(told ?? "");
}

function notes(notices: readonly string[]): string {
  return notices.length === 0 ? "" : `\n\n${[...new Set(notices)].join("\n")}`;
}

/** Relative where that is shorter to read: in the working folder. Nothing in a name can move the cursor. */
function shown(file: string, cwd: string): string {
  const way = relative(cwd, file);
  const path = way === "" || way.startsWith("..") || isAbsolute(way) ? file : way;
  return printable(path);
}
