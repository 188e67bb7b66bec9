import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

const found = new Map<string, string>();

/** Folders of PATH in which a project cannot place a program of its own: absolute, and no `node_modules/.bin`. */
export function safePath(env: Env): readonly string[] {
  return (env["PATH"] ?? "")
    .split(delimiter)
    .filter((dir) => isAbsolute(dir) && !/(^|[\\/])node_modules[\\/]+\.bin[\\/]*$/.test(dir));
}

/** Absolute path of a program; `places` are tried before PATH. Undefined when it is nowhere. */
export function findProgram(name: string, env: Env, places: readonly string[] = []): string | undefined {
  const key = `${name}\0${env["PATH"]}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const path = [...places, ...safePath(env).map((dir) => join(dir, name))].find(isProgram);
  if (path !== undefined) found.set(key, path);
  return path;
}

/** Whether a path is a file that may be started. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
