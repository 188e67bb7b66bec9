import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Catalogue } from "../../../schemas/parts.js";
import { boot, say, type BootOptions, type Shell } from "../../../test/boot.js";
import { noteReader } from "./testing.js";

/** A home and a project of one test, and what is read in them. */
export class House implements Disposable {
  readonly dir: string = realpathSync(mkdtempSync(join(tmpdir(), "nacre-folders-")));
  /** Files that were read for their notes. */
  readonly log: string[] = [];

  constructor() {
    mkdirSync(this.path("work/.git"), { recursive: true });
  }

  path(below: string): string {
    return join(this.dir, below);
  }

  /** Writes below the project, or below the home with `~/`. */
  put(path: string, content = ""): string {
    const file = this.path(path.startsWith("~/") ? `home/${path.slice(2)}` : `work/${path}`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** A shell that has looked for plugins. */
  start(options: Partial<BootOptions> = {}): Promise<Shell> {
    return boot({
      plugins: [noteReader(this.log, "1")],
      discover: true,
      script: [say("one"), say("two"), say("three")],
      dir: this.path("work"),
      home: this.path("home/.nacre"),
      ...options,
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export async function catalogue({ kernel }: Shell): Promise<Catalogue> {
  return (await kernel.service("catalogue"))!;
}

/** Names of the notes, in order of precedence. */
export async function notes(shell: Shell): Promise<readonly string[]> {
  const parts = await (await catalogue(shell)).parts("note");
  return parts.map(({ name, owner }) => (owner.namespaced ? `${owner.name}:${name}` : name));
}

/** The least of a manifest. */
export const plugin = (name: string): string => JSON.stringify({ name });
