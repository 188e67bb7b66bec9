import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { LoadedInstructions } from "../../../hooks/instructions-loaded.js";

/** A file or folder of guidelines that is there. */
export interface Place {
  /** Why it must not be read. */
  readonly refused?: string;
  readonly path: string;
  readonly level: LoadedInstructions["level"];
  /** The folder it speaks about; globs of its rules count from there. */
  readonly base: string;
  /** A folder of rule files. */
  readonly isFolder?: boolean;
  /** The plugin it came with. */
  readonly plugin?: string;
}

/** Names that are read in each folder, in this order. */
export const NAMES: readonly string[] = ["NACRE.md", "AGENTS.md", "CLAUDE.md", "GEMINI.md"];
const LOCAL: readonly string[] = ["CLAUDE.local.md", "NACRE.local.md"];
/** Folders in which a project keeps what is for its shell, each with the name that is read in it. */
const HOUSES: readonly (readonly [folder: string, name: string])[] = [
  [".claude", "CLAUDE.md"],
  [".nacre", "NACRE.md"],
];
const MANAGED: readonly string[] = ["/etc/claude-code/CLAUDE.md", "/etc/nacre/NACRE.md"];

export interface Homes {
  /** nacre's own home. */
  readonly home: string;
  /** The user's. */
  readonly userHome: string;
}

/** What holds wherever the user works. */
export function placesOfUser({ home, userHome }: Homes, base: string): Place[] {
  const managed = MANAGED.filter(existsSync).map((path): Place => ({ path, level: "managed", base }));
  const own = [join(userHome, ".claude"), home]
    .filter(existsSync)
    .flatMap((folder) => [
      ...NAMES.map((name): Place => ({ path: join(folder, name), level: "user", base })),
      { path: join(folder, "rules"), level: "user" as const, base, isFolder: true },
    ]);
  return [...managed, ...own.filter(({ path }) => existsSync(path))];
}

/** What stands in one folder of a project. */
export function placesIn(dir: string, { home }: Pick<Homes, "home">): Place[] {
  const places: Place[] = NAMES.map((name) => ({ path: join(dir, name), level: "project", base: dir }));
  for (const [folder, name] of HOUSES) {
    const house = join(dir, folder);
    if (house === home || !existsSync(house)) continue;
    places.push({ path: join(house, name), level: "project", base: dir });
    places.push({ path: join(house, "rules"), level: "project", base: dir, isFolder: true });
  }
  for (const name of LOCAL) places.push({ path: join(dir, name), level: "local", base: dir });
  return places.filter(({ path }) => existsSync(path));
}

/** The folders from the top of the file system down to `dir`. */
export function foldersTo(dir: string): string[] {
  const folders = [dir];
  for (let at = dir; dirname(at) !== at; at = dirname(at)) folders.unshift(dirname(at));
  return folders;
}
