import { existsSync } from "node:fs";
import type { Manifest } from "../../../schemas/manifest.js";
import type { KindSpec, Package, PartPlace } from "../../../schemas/parts.js";
import { manifestFlaw } from "../foreign-manifest.js";
import { takeStamp } from "../stamp.js";
import { textDigest } from "../text-digest.js";
import { withHolds, type Entry, type Folder, type PackageLine, type Watch } from "./folder.js";

/** What the index keeps of a folder that has been read. */
export function entryOf(
  folder: Folder,
  found: Package,
  kinds: readonly KindSpec[],
): { readonly entry: Entry; readonly line: PackageLine } {
  const { main, format, strict, usable, places, problems } = found;
  const { dir, root, digest } = folder;
  const may = Object.keys(places).filter((kind) => places[kind]!.some(isThere));
  const code = root === undefined ? main : undefined;
  const wrong = usable ? undefined : (problems.find(({ severity }) => severity === "error") ?? problems[0]);
  const plugin = factsOf(folder, found, code !== undefined);
  const flaw = manifestFlaw(plugin);
  const entry: Entry = {
    folder,
    plugin,
    ...(code !== undefined && { main: code }),
    format,
    ...(strict && { strict }),
    may,
    counts: {},
    ...(flaw !== undefined && { flaw }),
    ...(!usable && { error: wrong?.message ?? `${dir} is no plugin that can be used.` }),
  };
  const watch = digest === undefined ? watchOf(folder, found, kinds) : [];
  return { entry: withHolds(entry), line: { dir, watch, problems, places: signOf(found) } };
}

function isThere({ path, value, optional }: PartPlace): boolean {
  if (path === undefined) return value !== undefined;
  return optional !== true || existsSync(path);
}

/**
 * A plugin's folder tells by its own time what came and went in it, but not what did below; a home's folder changes all
 * the time for other reasons, so there every place is looked at by itself.
 */
function watchOf({ dir, root }: Folder, { files }: Package, kinds: readonly KindSpec[]): readonly Watch[] {
  const own = new Set(root === undefined ? [dir, ...files] : files.filter((file) => file !== dir));
  const watch = [...own].map((file): Watch => [file, takeStamp(file)]);
  for (const { folder, file } of kinds) {
    const place = folder ?? file;
    if (place === undefined || (root === undefined && !place.includes("/"))) continue;
    const path = `${dir}/${place}`;
    watch.push([path, existsSync(path) ? "+" : ""]);
  }
  return watch;
}

type Facts = Entry["plugin"];

/** Only what is there: the kernel takes a plugin with none of it for a folder of data, which costs it nothing. */
function factsOf(folder: Folder, { name, manifest }: Package, hasCode: boolean): Facts {
  const { requires, after, provides, main: _main, ...rest } = manifest;
  const listed: Pick<Manifest, "requires" | "after" | "provides"> = {
    ...(requires && requires.length > 0 && { requires }),
    ...(after && after.length > 0 && { after }),
    ...(provides && (hasCode || Object.keys(provides).length > 0) && { provides }),
  };
  const id = folder.market === undefined ? {} : { id: `${name}@${folder.market}` };
  const { dir, origin } = folder;
  return { ...(folder.root !== undefined ? pick(rest) : { ...rest, ...listed }), ...id, name, dir, origin };
}

/** Of a user's or project's own folder the manifest decides nothing but how it is shown. */
function pick({ version, description }: Partial<Manifest>): Partial<Facts> {
  return { ...(version !== undefined && { version }), ...(description !== undefined && { description }) };
}

function signOf({ name, format, strict, places, fields }: Package): string {
  return textDigest(JSON.stringify([name, format, strict, places, fields]));
}
