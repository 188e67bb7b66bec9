import { changedAt } from "../stamp.js";
import { isStale, type Entry, type Watch } from "./folder.js";
import type { HotWatch } from "./store.js";

/** Up to so many files are all looked at when nacre starts. */
export const FEW = 256;
/** Beyond that, so many that changed last. */
const RECENT = 64;

/** The watches of one plugin's folder (kind "") or of its parts of one kind. */
export interface Unit {
  readonly dir: string;
  readonly kind: string;
  readonly watch: readonly Watch[];
}

/** What has changed: a folder (kind ""), or its parts of a kind. */
export type Change = Pick<Unit, "dir" | "kind">;

/** Which watches a start looks at: all where they are few, else those of the user's own folders and the latest. */
export function hottest(
  units: Iterable<Unit>,
  total: number,
  entries: ReadonlyMap<string, Entry>,
): readonly HotWatch[] {
  const own: HotWatch[] = [];
  const others: HotWatch[] = [];
  for (const { dir, kind, watch } of units) {
    const list = entries.get(dir)?.folder.root === undefined ? others : own;
    for (const [path, stamp] of watch) list.push([path, stamp, dir, kind]);
  }
  if (total <= FEW) return [...own, ...others];
  return [...latest(own, FEW - RECENT), ...latest(others, RECENT)];
}

/** Those that changed last. One pass, as there may be tens of thousands: few of them ever come among the latest. */
function latest(watches: readonly HotWatch[], count: number): readonly HotWatch[] {
  if (watches.length <= count) return watches;
  const best: { readonly watch: HotWatch; readonly at: number }[] = [];
  for (const watch of watches) {
    const at = changedAt(watch[1]);
    if (best.length === count && at <= best.at(-1)!.at) continue;
    const place = best.findIndex((other) => other.at < at);
    best.splice(place < 0 ? best.length : place, 0, { watch, at });
    if (best.length > count) best.pop();
  }
  return best.map(({ watch }) => watch);
}

/** Called now and then while watches are looked at; what it returns is waited for. */
export type Pace = () => Promise<void> | undefined;

/** What has changed among some watches. Begins anywhere, so that short runs do not always look at the same. */
export async function changesIn(units: readonly (() => Unit | undefined)[], pace: Pace): Promise<readonly Change[]> {
  const changes: Change[] = [];
  const start = Math.floor(Math.random() * units.length);
  for (let at = 0; at < units.length; at++) {
    const unit = units[(start + at) % units.length]!();
    if (unit?.watch.some(isStale)) changes.push({ dir: unit.dir, kind: unit.kind });
    const wait = pace();
    if (wait) await wait;
  }
  return changes;
}

/** A watch that is always stale: the file that held the true ones is lost. */
export const LOST: readonly Watch[] = [["", "lost"]];

/** How many watches some lines have. */
export function count(lines: readonly { readonly watch: readonly Watch[] }[]): number {
  return lines.reduce((sum, { watch }) => sum + watch.length, 0);
}
