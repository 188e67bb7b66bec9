import type { HeaderLine } from "./recording.js";

/** Puts the folders of a recording and those of a replay in each other's place, in JSON text. */
export interface Places {
  /** False when the folders are the same and nothing has to be done. */
  readonly differ: boolean;
  toRecorded(json: string): string;
  toHere(json: string): string;
}

/** `here` are the folders of this run, as real paths. */
export function places(recorded: HeaderLine, here: { readonly cwd: string; readonly home: string }): Places {
  const pairs = [
    [recorded.cwd, here.cwd],
    [recorded.home, here.home],
  ].filter((pair): pair is [string, string] => pair[0] !== pair[1]);
  // The longer one first: one folder can lie in the other.
  const swap = (from: 0 | 1, to: 0 | 1): ((json: string) => string) => {
    const rules = pairs
      .toSorted((a, b) => b[from].length - a[from].length)
      .map((pair) => ({ find: folder(pair[from]), put: JSON.stringify(pair[to]).slice(1, -1) }));
    return (json) => rules.reduce((text, { find, put }) => text.replace(find, () => put), json);
  };
  return { differ: pairs.length > 0, toRecorded: swap(1, 0), toHere: swap(0, 1) };
}

/** Finds a folder's path, but not that of a neighbour whose name only begins alike. */
function folder(path: string): RegExp {
  const escaped = JSON.stringify(path)
    .slice(1, -1)
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`${escaped}(?![A-Za-z0-9_-])`, "g");
}
