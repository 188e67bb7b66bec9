import { existsSync, readFileSync } from "node:fs";
import type { KernelView } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import type { JsonObject } from "../../../schemas/json.js";
import { items } from "../../../schemas/setting-values.js";
import { projectRoot, settingsPlaces, type SettingsPlace } from "../settings-places.js";
import { placeIn, setIn, unsetIn, valueIn } from "./edit/edit-settings.js";
import type { Path } from "./edit/settings-format.js";
import { changeFile, type Place } from "./file/change-file.js";
import { declaredAt, declaredBelow } from "./declared.js";
import { givenFor } from "./given.js";
import { keyText, nearest } from "./key.js";

export type ScopeName = "user" | "project" | "local";

/** What was done, for people. */
export interface Changed {
  readonly done: readonly string[];
  /** What a person should know besides. */
  readonly notes: readonly string[];
}

/** Writes a value into the settings file of a scope. Throws a UserError when it may not or cannot stand there. */
export async function setSetting(kernel: KernelView, path: Path, value: unknown, scope: ScopeName): Promise<Changed> {
  const declared = declaredAt(kernel, path);
  if (declared?.schema.scope === "user" && scope !== "user") {
    throw new UserError(
      `"${keyText(path)}" can be set by the user only, never by a project; leave out --scope ${scope}.`,
    );
  }
  const { file } = fileFor(kernel, path, scope);
  const before = existsSync(file) ? valueIn({ file, text: readFileSync(file, "utf8") }, path) : undefined;
  const real = await changeFile(placeFor(kernel, file, scope), (text) => setIn({ file, text }, path, value));
  if (scope !== "user") await vouch(kernel, file, path, { before, value });
  const done = [`${keyText(path)} = ${JSON.stringify(value)} in ${whereIn(real, path)}`];
  return { done, notes: await notesOn(kernel, path, scope) };
}

/** Takes a key out of every settings file of a scope. */
export async function unsetSetting(kernel: KernelView, path: Path, scope: ScopeName): Promise<Changed> {
  const done: string[] = [];
  for (const { file } of holding(kernel, path, scope)) {
    const real = await changeFile(placeFor(kernel, file, scope), (text) => unsetIn({ file, text }, path));
    done.push(`${keyText(path)} taken out of ${real}`);
  }
  if (done.length > 0) return { done, notes: [] };
  const elsewhere = givenFor(kernel, path).filter(({ layer }) => layer !== scope);
  const others = elsewhere.length === 0 ? "" : `; it is set in ${elsewhere.map(({ source }) => source).join(", ")}`;
  return { done: [], notes: [`"${keyText(path)}" is not set in the ${scope} settings${others}.`] };
}

/** The file of a scope that a change goes into: where the key stands, else the strongest there is, else the usual one. */
export function fileFor(kernel: KernelView, path: Path, scope: ScopeName): SettingsPlace {
  const places = placesOf(kernel, scope);
  const place = holding(kernel, path, scope).at(-1) ?? places.findLast(({ file }) => existsSync(file)) ?? places.at(-1);
  if (!place) throw new UserError(`No plugin that reads ${scope} settings files is loaded.`);
  return place;
}

/** nacre's own files of a scope, weakest first. Files of other programs are read, never written. */
function placesOf(kernel: KernelView, scope: ScopeName): readonly SettingsPlace[] {
  return settingsPlaces(kernel).filter(({ layer, reader }) => layer === scope && reader === scope);
}

function holding(kernel: KernelView, path: Path, scope: ScopeName): readonly SettingsPlace[] {
  return placesOf(kernel, scope).filter(({ file }) => {
    return existsSync(file) && valueIn({ file, text: readFileSync(file, "utf8") }, path) !== undefined;
  });
}

/** A settings file as something that can be changed. */
export function placeFor(kernel: KernelView, file: string, scope: ScopeName): Place {
  if (scope === "user") return { file, mode: 0o600 };
  return { file, mode: 0o644, within: projectRoot(kernel) };
}

function whereIn(file: string, path: Path): string {
  const place = placeIn({ file, text: readFileSync(file, "utf8") }, path);
  return place ? `${file}:${place.line}:${place.column}` : file;
}

const ORDER = ["user", "project", "local", "environment", "flag", "managed"];

/** What a person should know of a key that was written. */
export async function notesOn(kernel: KernelView, path: Path, scope: ScopeName): Promise<readonly string[]> {
  const notes: string[] = [];
  const declared = declaredAt(kernel, path);
  const stronger = givenFor(kernel, path).find(
    (one) => one.state !== "held back" && ORDER.indexOf(one.layer) > ORDER.indexOf(scope),
  );
  const joined = Array.isArray(stronger?.value) ? "adds to it" : "is stronger";
  if (stronger) notes.push(`${stronger.source} sets it too and ${joined}.`);
  if (scope !== "user" && declared && declared.schema.scope !== "any" && !(await isTrusted(kernel))) {
    notes.push(
      `${keyText(path)} counts here once this folder is trusted: nacre trust, or --trust-workspace for one run.`,
    );
  }
  if (!declared && declaredBelow(kernel, path).length === 0) {
    const like = nearest(keyText(path), [...kernel.settings.declared().keys()]);
    notes.push(`No plugin that is loaded reads it${like === undefined ? "." : `; did you mean "${like}"?`}`);
  }
  return notes;
}

/** What the person writes into a project that is trusted is not asked about later. What stood there before is not theirs. */
export async function vouch(
  kernel: KernelView,
  file: string,
  path: Path,
  { before, value }: { readonly before: unknown; readonly value: unknown },
): Promise<void> {
  const trust = await kernel.service("trust");
  const known = new Set((Array.isArray(before) ? before : []).map((item) => JSON.stringify(item)));
  const nested = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as JsonObject;
  for (const [what, item] of items(nested)) {
    if (!known.has(JSON.stringify(item))) await trust?.vouch({ file, what, value: item });
  }
}

async function isTrusted(kernel: KernelView): Promise<boolean> {
  return (await (await kernel.service("trust"))?.of(projectRoot(kernel))) !== undefined;
}
