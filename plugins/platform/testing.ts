import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { main } from "../../core/main.js";
import { UserError } from "../../schemas/errors.js";

/** The built program. */
const PROGRAM: string = process.env["NACRE_PROGRAM"] ?? resolve("dist/nacre.js");

type Env = Readonly<Record<string, string | undefined>>;

/** A home, a project and a way to run nacre in them. */
export interface Bench extends Disposable {
  readonly home: string;
  readonly dir: string;
  /** Writes a file below the project, or below nacre's home with a path that begins with `~/`. */
  write(path: string, text: string): string;
  /** Runs a command line in this process. A string is split at spaces. */
  run(line: string | readonly string[], env?: Env): Promise<Ran>;
  /** Starts the built program with the same. */
  start(line: string, env?: Env): ChildProcessWithoutNullStreams;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  /** What was said there, or the sentence of the error. */
  readonly stderr: string;
}

/** Makes the empty folders. */
export function bench(): Bench {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-platform-")));
  const [home, dir] = [join(base, "home", ".nacre"), join(base, "work")];
  for (const folder of [home, join(dir, ".git")]) mkdirSync(folder, { recursive: true });
  const own = { PATH: process.env["PATH"], HOME: dirname(home), NACRE_HOME: home };
  return {
    home,
    dir,
    write(path, text) {
      const file = path.startsWith("~/") ? join(home, path.slice(2)) : join(dir, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    run(line, env = {}) {
      const words = typeof line === "string" ? line.split(" ") : line;
      return run(["--cwd", dir, ...words], { ...own, ...env });
    },
    start(line, env = {}) {
      return spawn(process.execPath, [PROGRAM, ...line.split(" ")], { cwd: dir, env: { ...own, ...env } });
    },
    [Symbol.dispose]: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** Resolves when a program has ended and all it wrote has been read. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<Ran> {
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (part: string) => (said[name] += part));
  }
  child.stdin.end();
  const code = await new Promise<number | null>((done) => void child.on("close", done));
  return { code: code ?? -1, ...said };
}

async function run(argv: readonly string[], env: Env): Promise<Ran> {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  io.stdin.end();
  const { code, said } = await main(argv, { io, env, version: "1.2.3" }).then(
    (code) => ({ code, said: "" }),
    (error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      return { code: error.exitCode, said: error.message };
    },
  );
  const textOf = (stream: PassThrough): string => String((stream.read() as Buffer | null) ?? "");
  return { code, stdout: textOf(io.stdout), stderr: textOf(io.stderr) + said };
}
