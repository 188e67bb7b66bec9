import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Folders to take programs from where strangers' files lie about: absolute ones that no package manager has filled. */
export function safePath(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const fits = (dir: string): boolean => isAbsolute(dir) && !/(^|[\\/])node_modules[\\/]+\.bin[\\/]*$/.test(dir);
  return (env["PATH"] ?? "").split(delimiter).filter(fits);
}

/** The git program in the first of some folders that has it. */
export function gitIn(path: readonly string[]): string | undefined {
  return path.map((dir) => join(dir, "git")).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
