import { UserError } from "../../../schemas/errors.js";
import type { Path } from "./edit/settings-format.js";

/** Reads a dotted key; a part with dots in it is quoted, as in `usage.prices."gpt-5.4".input`. */
export function parseKey(text: string): Path {
  const path: string[] = [];
  const part = /(?:"([^"]*)"|'([^']*)'|([^."']+))(\.|$)/y;
  for (let more = true; more;) {
    const found = part.exec(text);
    if (!found) throw new UserError(`"${text}" is no key; write it like tools.bash_timeout_secs.`);
    const name = found[1] ?? found[2] ?? found[3] ?? "";
    if (/^(__proto__|constructor|prototype)$/.test(name)) throw new UserError(`"${name}" is no setting.`);
    path.push(name);
    more = found[4] === ".";
  }
  return path;
}

/** A path as it is typed. */
export function keyText(path: Path): string {
  return path.map((part) => (/^[^."']+$/.test(part) ? part : JSON.stringify(part))).join(".");
}

/** The known key that is most like a mistyped one, if one is like it. */
export function nearest(key: string, known: readonly string[]): string | undefined {
  let best: { readonly key: string; readonly distance: number } | undefined;
  for (const one of known) {
    const distance = editDistance(key.toLowerCase(), one.toLowerCase());
    const near = distance <= Math.max(2, Math.floor(key.length / 4));
    if (near && (!best || distance < best.distance)) best = { key: one, distance };
  }
  // The right name in the wrong table, or without any.
  const last = key.slice(key.lastIndexOf(".") + 1);
  return best?.key ?? known.find((one) => one.endsWith(`.${last}`));
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, right] of [...b].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (left === right ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
