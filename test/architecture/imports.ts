import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** The repository's root. */
export const ROOT: string = resolve(import.meta.dirname, "../..");

export interface Source {
  /** Path below the root. */
  readonly path: string;
  readonly text: string;
  /** Paths below the root of what it imports of ours, types included. */
  readonly imports: readonly string[];
}

/** Every TypeScript source of some folders, with what it imports. */
export function sources(...folders: readonly string[]): readonly Source[] {
  return folders
    .flatMap((folder) => files(join(ROOT, folder)))
    .map((file) => {
      const text = readFileSync(file, "utf8");
      const found = text.matchAll(/(?:^|[\s;(])(?:from|import)\s*\(?\s*"(\.[^"]+)"/gm);
      const imports = [...found].map(([, path]) =>
        relative(ROOT, resolve(dirname(file), path ?? "")).replace(/\.js$/, ".ts"),
      );
      // Text that only looks like an import names no file of ours.
      return { path: relative(ROOT, file), text, imports: imports.filter((path) => existsSync(join(ROOT, path))) };
    });
}

/** Helpers of tests stand beside them and may reach for the test's shell. */
export function isForTests(path: string): boolean {
  return /\.test\.ts$|\/(testing|house|samples|kill-target|drive|program|test-client|person)\.ts$|\/cases\//.test(path);
}

function files(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((item) => item.isFile() && item.name.endsWith(".ts") && !item.parentPath.includes("node_modules"))
    .map((item) => join(item.parentPath, item.name));
}
