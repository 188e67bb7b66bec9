import { isDeepStrictEqual } from "node:util";
import { UserError, messageOf } from "../../../../schemas/errors.js";
import { isObject } from "../../../../schemas/json.js";
import { jsonFormat } from "./json-format.js";
import type { Path, SettingsFormat } from "./settings-format.js";
import { tomlFormat } from "./toml-format.js";
import { yamlFormat } from "./yaml-format.js";

const BOM = "\uFEFF";

/** A settings file as text, and where it is, for sentences. */
export interface SettingsText {
  /** Its ending says how it is written. */
  readonly file: string;
  readonly text: string;
}

/** Sets a value and changes nothing else. Throws a UserError when that cannot be done. */
export function setIn(source: SettingsText, path: Path, value: unknown): string {
  const wanted = plainData(value);
  return edit(source, path, {
    result: (root) => changed(root, path, wanted),
    change: (text, format) => setValue(text, format, path, wanted),
  });
}

/** Takes a value out and changes nothing else. */
export function unsetIn(source: SettingsText, path: Path): string {
  return edit(source, path, {
    result: (root) => changed(root, path, undefined),
    change: (text, format) => format.unset(text, path),
  });
}

/** The value that a file gives a path; undefined when it says nothing, or nothing that can be read. */
export function valueIn({ file, text }: SettingsText, path: Path): unknown {
  try {
    return valueAt(formatOf(file).parse(withoutMark(text)), path);
  } catch {
    return undefined;
  }
}

/** Line and column of a path's key, both from 1; undefined when it is not there. */
export function placeIn({ file, text }: SettingsText, path: Path): { line: number; column: number } | undefined {
  try {
    const plain = withoutMark(text);
    const at = formatOf(file).find(plain, path);
    if (at === undefined) return undefined;
    const before = plain.slice(0, at);
    return { line: before.split("\n").length, column: at - before.lastIndexOf("\n") };
  } catch {
    return undefined; // It changed since it was read, or it is no file of ours: the file's name has to do.
  }
}

interface Change {
  /** What the file must mean afterwards. */
  readonly result: (root: unknown) => unknown;
  readonly change: (text: string, format: SettingsFormat) => string;
}

function edit({ file, text }: SettingsText, path: Path, { result, change }: Change): string {
  const format = formatOf(file);
  const plain = withoutMark(text);
  const root = parsed(file, plain, format) ?? {};
  refuseConflict(file, root, path);
  let edited: string;
  try {
    edited = change(plain, format);
    const [is, wanted] = [format.parse(edited) ?? {}, result(root)].map((value) =>
      withoutEmpty(plainData(value), path),
    );
    if (!isDeepStrictEqual(is, wanted)) throw new Error("other values would change with it");
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${file}: "${path.join(".")}" cannot be changed here (${messageOf(error)}); edit it by hand.`);
  }
  return text === plain ? edited : BOM + edited;
}

function parsed(file: string, text: string, format: SettingsFormat): unknown {
  try {
    return format.parse(text);
  } catch (error) {
    const sentence = messageOf(error).split("\n")[0]?.replace(/[.:]$/, "");
    throw new UserError(`${file}${placeOf(error)} is not valid (${sentence}), so nothing was changed; mend it first.`);
  }
}

/** Goes down to the values that differ, so that what is equal keeps its place and its comments. */
function setValue(text: string, format: SettingsFormat, path: Path, value: unknown): string {
  const old = plainData(valueAt(format.parse(text), path) ?? null) ?? undefined;
  if (isDeepStrictEqual(old, value)) return text;
  if (isObject(value) && Object.keys(value).length > 0 && (old === undefined || isObject(old))) {
    let result = text;
    for (const key of Object.keys(old ?? {})) if (!(key in value)) result = format.unset(result, [...path, key]);
    for (const [key, inner] of Object.entries(value)) result = setValue(result, format, [...path, key], inner);
    return result;
  }
  if (Array.isArray(value) && Array.isArray(old)) return setList(text, format, path, { old, value });
  return format.set(text, path, value);
}

interface Lists {
  readonly old: readonly unknown[];
  readonly value: readonly unknown[];
}

/** Keeps the items that stay, in place; takes out those that go and adds the rest at the end. */
function setList(text: string, format: SettingsFormat, path: Path, { old, value }: Lists): string {
  const kept = new Set<number>();
  let next = 0;
  for (const item of value) {
    const place = old.findIndex((one, index) => index >= next && isDeepStrictEqual(one, item));
    if (place < 0) break;
    kept.add(place);
    next = place + 1;
  }
  if (kept.size === 0) return format.set(text, path, value);
  let result = text;
  for (let place = old.length - 1; place >= 0; place--) {
    if (!kept.has(place)) result = format.remove(result, path, place);
  }
  for (const item of value.slice(kept.size)) result = format.append(result, path, item);
  return result;
}

function refuseConflict(file: string, root: unknown, path: Path): void {
  for (let depth = 0; depth < path.length; depth++) {
    const value = valueAt(root, path.slice(0, depth));
    if (value === undefined || value === null) return;
    if (isObject(value)) continue;
    const what = depth === 0 ? "its content" : `"${path.slice(0, depth).join(".")}"`;
    throw new UserError(`${file}: ${what} is ${Array.isArray(value) ? "a list" : "a value"}, not a table of settings.`);
  }
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** A copy of `root` in which a path has another value, or none. */
function changed(root: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const copy: Record<string, unknown> = isObject(root) ? { ...root } : {};
  const inner = changed(copy[key], rest, value);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

/** Tables along a path that hold nothing mean the same as none. */
function withoutEmpty(root: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined || !isObject(root)) return root;
  const { [key]: inner, ...others } = root;
  const left = withoutEmpty(inner, rest);
  const empty = left === undefined || left === null || (isObject(left) && Object.keys(left).length === 0);
  return empty ? others : { ...others, [key]: left };
}

/** Without prototypes and dates, which differ from reader to reader and say nothing. */
function plainData(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

function formatOf(file: string): SettingsFormat {
  if (file.endsWith(".toml")) return tomlFormat;
  if (/\.ya?ml$/.test(file)) return yamlFormat;
  if (/\.jsonc?$/.test(file)) return jsonFormat;
  throw new UserError(`${file}: only TOML, JSON, JSONC and YAML files can be changed.`);
}

function withoutMark(text: string): string {
  return text.startsWith(BOM) ? text.slice(1) : text;
}

/** `:line:column`, where the parser tells them. */
function placeOf(error: unknown): string {
  const { line, column } = error as { readonly line?: unknown; readonly column?: unknown };
  return typeof line === "number" && typeof column === "number" ? `:${line}:${column}` : "";
}
