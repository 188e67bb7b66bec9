import { READING } from "./reading.js";

/** A call of git, taken apart. */
export interface GitCall {
  readonly subcommand: string;
  /** What stands after the subcommand. */
  readonly rest: readonly string[];
  /** It reads and does nothing else, once the repository's own programs are kept out. */
  readonly reads: boolean;
}

/** Formats that make git run a program to check a signature. */
const CHECKS_SIGNATURE = /%G|%\(signature/;

/** Says whether a call of git only reads. Whatever is not known to is not, options before the subcommand included. */
export function classify(args: readonly string[]): GitCall {
  const [subcommand = "", ...rest] = args[0] === "--no-pager" ? args.slice(1) : args;
  const reading = Object.hasOwn(READING, subcommand) ? READING[subcommand] : undefined;
  if (!reading || rest.some((arg) => CHECKS_SIGNATURE.test(arg))) return { subcommand, rest, reads: false };
  const { names, letters } = parsed(reading.flags);
  // Also after `--`: a flag whose value is `--` would otherwise let another one pass as a path.
  const flags = rest.filter((arg) => /^-./.test(arg) && arg !== "--");
  const words = rest.filter((arg) => !/^-./.test(arg));
  const has = (flag: string): boolean => flags.some((arg) => arg === flag || arg.startsWith(`${flag}=`));
  const known = flags.every((flag) => (flag.startsWith("--") ? names.has(nameOf(flag)) : isCluster(flag, letters)));
  return { subcommand, rest, reads: known && (reading.allows?.({ rest, words, has }) ?? true) };
}

interface Flags {
  readonly names: ReadonlySet<string>;
  /** Letters, each with whether it takes what follows it. */
  readonly letters: ReadonlyMap<string, boolean>;
}

function parsed(flags: string): Flags {
  const names = new Set<string>();
  const letters = new Map<string, boolean>();
  for (const flag of flags.trim().split(/\s+/)) {
    if (flag.startsWith("--")) names.add(flag);
    else letters.set(flag[1]!, flag.endsWith("*"));
  }
  return { names, letters };
}

function nameOf(flag: string): string {
  return flag.split("=", 1)[0]!;
}

function isCluster(flag: string, letters: Flags["letters"]): boolean {
  if (/^-\d+$/.test(flag)) return letters.has("#") || letters.has(flag.slice(1));
  for (const letter of flag.slice(1)) {
    const takesRest = letters.get(letter);
    if (takesRest !== undefined && takesRest) return true;
    if (takesRest === undefined) return false;
  }
  return true;
}
