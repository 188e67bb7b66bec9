import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { isObject } from "../../../schemas/json.js";
import type { LayerName, Origin } from "../../../schemas/settings.js";
import { statOf } from "../../../schemas/stat-of.js";
import { declaredAt } from "./declared.js";
import { placeIn } from "./edit/edit-settings.js";
import type { Path } from "./edit/settings-format.js";

const LIMIT = 1024 * 1024;

/** A value that somebody gave for a key. */
export interface Given {
  readonly value: unknown;
  readonly layer: LayerName;
  /** File, variable or flag. */
  readonly source: string;
  readonly line?: number;
  readonly column?: number;
  /** "hidden" by a stronger one; "held back" for the reason in `why`. */
  readonly state: "in force" | "part of it" | "hidden" | "held back";
  readonly why?: string;
}

/** The value in force, default included. */
export function valueOf(kernel: KernelView, path: Path): unknown {
  const [plain, rest] = split(path);
  const { tightens, default: standard } = declaredAt(kernel, path)?.schema ?? {};
  if (tightens !== undefined)
    return givenFor(kernel, path).find(({ state }) => state === "in force")?.value ?? standard;
  return at(kernel.settings.get(plain.join(".")), rest);
}

/** All values given for a key, strongest first, each with its place. */
export function givenFor(kernel: KernelView, path: Path): readonly Given[] {
  const [plain, rest] = split(path);
  const tightens = declaredAt(kernel, path)?.schema.tightens;
  const origins = kernel.settings
    .origins(plain.join("."))
    .map((origin) => ({ ...origin, value: at(origin.value, rest) }))
    .map((origin) => ({ ...origin, ...loosened(origin, tightens) }))
    .filter((origin) => origin.value !== undefined);
  const winner = origins.findLast((origin) => origin.held === undefined);
  const together = origins.filter((origin) => origin.held === undefined && winner && joins(origin, winner));
  return origins.toReversed().map((origin) => ({
    value: origin.value,
    layer: origin.layer,
    source: origin.source,
    ...placeOf(origin.source, path),
    state: origin.held !== undefined ? "held back" : stateOf(origin, winner, together),
    ...(origin.held !== undefined && { why: origin.held }),
  }));
}

/** A source with its line and column, where they are known. */
export function sourceText({ source, line, column }: Pick<Given, "source" | "line" | "column">): string {
  return line === undefined ? source : `${source}:${line}:${column}`;
}

/** What a project or a managed file gives counts only where it makes a setting of this kind stricter. */
function loosened({ layer, value }: Origin, tightens: unknown): { readonly held?: string } {
  const isOwn = layer === "user" || layer === "environment" || layer === "flag";
  if (tightens === undefined || isOwn || value === tightens) return {};
  return { held: `a ${layer === "managed" ? "managed file" : "project"} can only set this to ${String(tightens)}` };
}

function stateOf(origin: Origin, winner: Origin | undefined, together: readonly Origin[]): Given["state"] {
  if (together.length > 1 && together.includes(origin)) return "part of it";
  return origin === winner ? "in force" : "hidden";
}

/** Lists are joined and tables merged; everything else replaces. */
function joins(a: Origin, b: Origin): boolean {
  return a === b || (Array.isArray(a.value) && Array.isArray(b.value)) || (isObject(a.value) && isObject(b.value));
}

/** The kernel's keys cannot have dots inside a part; from there on the way goes through the value. */
function split(path: Path): readonly [Path, Path] {
  const dotted = path.findIndex((part) => part.includes("."));
  return dotted < 0 ? [path, []] : [path.slice(0, dotted), path.slice(dotted)];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

function placeOf(source: string, path: Path): { readonly line: number; readonly column: number } | undefined {
  if (!isAbsolute(source)) return undefined;
  const stats = statOf(source);
  if (!stats?.isFile() || stats.size > LIMIT) return undefined;
  return placeIn({ file: source, text: readFileSync(source, "utf8") }, path);
}
