import type { FrontSpec, Invocation } from "./front.js";

/** Who takes a command line: a subcommand, else a front. */
export interface Route {
  readonly subcommand?: string;
  /** How many of the positionals are the subcommand's name. */
  readonly words: number;
  readonly front?: FrontSpec;
}

/** What is installed, by kind. */
interface Installed {
  all(kind: "front"): readonly { readonly data: object }[];
  find(kind: "subcommand", name: string): unknown;
}

/** Finds who takes a command line, by data alone. */
export function routeOf({ flags, positionals, io }: Invocation, installed: Installed): Route {
  const all = installed.all("front").map(({ data }) => data as FrontSpec);
  const fronts = all.toSorted((a, b) => a.order - b.order);
  const asked = fronts.find((front) => front.flags?.some((flag) => flags[flag] !== undefined));
  const word = flags["help"] === true ? "help" : positionals[0];
  const pair = positionals[1] === undefined ? undefined : `${word} ${positionals[1]}`; // `plugin install`
  const subcommand = [pair, word].find((one) => installed.find("subcommand", one ?? ""));
  const words = word !== positionals[0] ? 0 : subcommand === pair ? 2 : 1;
  if (subcommand !== undefined && (!asked || word === "help")) return { subcommand, words };
  // Touching stdin builds a stream, which costs a run that needs none about a millisecond.
  const terminal = (): boolean => Boolean(io.stdin.isTTY && io.stdout.isTTY);
  const fits = (one: FrontSpec): boolean =>
    positionals.length > 0 ? one.positional === true : one.terminal !== undefined && one.terminal === terminal();
  const front = asked ?? fronts.find(fits);
  return { words: 0, ...(front && { front }) };
}
