import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { main } from "../../../core/main.js";
import { UserError } from "../../../schemas/errors.js";

/** A home, a project and a way to run nacre in them, settings files and plugin folders included. */
export interface House extends Disposable {
  readonly home: string;
  readonly dir: string;
  /** Writes a file below the project, or below the user's home with a path that begins with `~/`. */
  write(path: string, content: string | object): string;
  /** Runs a command line; `-p` ones against a script of turns. */
  run(words: readonly string[], options?: RunOptions): Promise<Ran>;
}

export interface RunOptions {
  readonly turns?: readonly object[];
  readonly stdin?: string;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function house(): House {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-hooks-")));
  const [user, dir] = [join(base, "home"), join(base, "work")];
  const home = join(user, ".nacre");
  for (const folder of [home, join(dir, ".git")]) mkdirSync(folder, { recursive: true });
  const env = { PATH: process.env["PATH"], HOME: user, NACRE_HOME: home };
  const write = (path: string, content: string | object): string => {
    const file = path.startsWith("~/") ? join(user, path.slice(2)) : join(dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  return {
    home,
    dir,
    write,
    async run(words, { turns, stdin = "" } = {}) {
      const script = turns ? ["--provider", "scripted", "--script", write("~/script.yaml", [...turns])] : [];
      const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
      io.stdin.end(stdin);
      const said = { stdout: "", stderr: "" };
      io.stdout.on("data", (part) => (said.stdout += String(part)));
      io.stderr.on("data", (part) => (said.stderr += String(part)));
      try {
        const code = await main(["--cwd", dir, ...script, ...words], { io, env, version: "1.2.3" });
        return { code, ...said };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return { code: error.exitCode, stdout: said.stdout, stderr: said.stderr + error.message };
      }
    },
    [Symbol.dispose]: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** Settings that hold one command for an event. */
export function hooksWith(event: string, command: string, matcher = ""): object {
  return { hooks: { [event]: [{ matcher, hooks: [{ type: "command", command }] }] } };
}
