import type { KernelView } from "../../../core/types.js";
import { isObject } from "../../../schemas/json.js";
import { shortened } from "../../../schemas/printable.js";
import { table } from "../table.js";
import { declaredAt, declaredBelow, knownKeys } from "./declared.js";
import type { Path } from "./edit/settings-format.js";
import { givenFor, sourceText, valueOf } from "./given.js";
import { keyText } from "./key.js";
import { withoutSecrets } from "./secret.js";

const WIDEST = 60;

/** One line of the list. */
export interface Listed {
  readonly key: string;
  readonly value: unknown;
  /** Where it comes from: file with place, variable, flag or "default". */
  readonly source: string;
  readonly layer: string;
  /** False when no plugin reads it. */
  readonly known: boolean;
  /** Values that wait for trust or are not a project's to set. */
  readonly heldBack: number;
}

/** Every setting that somebody set; with `all`, those as well that have only a default or nothing. */
export function listed(kernel: KernelView, all: boolean): readonly Listed[] {
  return knownKeys(kernel, all).map((path) => {
    const given = givenFor(kernel, path);
    const counts = given.filter((one) => one.state === "in force" || one.state === "part of it");
    const first = counts[0];
    const more = counts.length > 1 ? ` and ${counts.length - 1} more` : "";
    return {
      key: keyText(path),
      value: withoutSecrets(path, valueOf(kernel, path)),
      source: first ? sourceText(first) + more : "default",
      layer: first?.layer ?? "default",
      known: declaredAt(kernel, path) !== undefined,
      heldBack: given.filter((one) => one.state === "held back").length,
    };
  });
}

/** The list for people. */
export function listText(rows: readonly Listed[]): string {
  if (rows.length === 0) return "Nothing is set: all settings have their defaults (nacre config list --all).\n";
  const cells = rows.map(({ key, value, source, known, heldBack }) => {
    const notes = [...(known ? [] : ["no plugin reads it"]), ...(heldBack > 0 ? [`${heldBack} held back`] : [])];
    const text = value === undefined ? "-" : shortened(JSON.stringify(value), WIDEST);
    return [key, text, source + (notes.length > 0 ? ` (${notes.join(", ")})` : "")];
  });
  return table(cells, { head: ["KEY", "VALUE", "SOURCE"] });
}

/** The value in force; of a table, all that is in it. */
export function wholeValue(kernel: KernelView, path: Path): unknown {
  const value = valueOf(kernel, path);
  const below = declaredBelow(kernel, path);
  if (below.length === 0 || (value !== undefined && !isObject(value))) return value;
  const whole: Record<string, unknown> = { ...(value as object | undefined) };
  for (const key of below) {
    const inner = kernel.settings.get(key);
    const [name, ...rest] = key.split(".").slice(path.length);
    if (inner !== undefined && name !== undefined) whole[name] = nested(whole[name], rest, inner);
  }
  return Object.keys(whole).length === 0 ? undefined : whole;
}

function nested(owner: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const table = isObject(owner) ? owner : {};
  return { ...table, [key]: nested(table[key], rest, value) };
}
