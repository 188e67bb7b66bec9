import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { main } from "../../../core/main.js";
import { UserError } from "../../../schemas/errors.js";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  /** What was said there, or the sentence of the error. */
  readonly stderr: string;
}

/** What somebody in front of the terminal types, each once the text before it was shown. */
export type Typed = readonly (readonly [shown: string, keys: string])[];

/** A home, and projects that want to do things: whatever runs leaves a canary. */
export class House implements Disposable {
  readonly base: string = realpathSync(mkdtempSync(join(tmpdir(), "nacre-trust-")));
  readonly home: string = join(this.base, "home");
  readonly dir: string = join(this.base, "project");

  constructor() {
    for (const dir of [join(this.home, ".nacre"), join(this.dir, ".git")]) mkdirSync(dir, { recursive: true });
  }

  at(path: string): string {
    return join(this.dir, path);
  }

  write(path: string, content: string | object, mode = 0o644): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), typeof content === "string" ? content : JSON.stringify(content));
    chmodSync(this.at(path), mode);
  }

  /** A command that leaves a canary of this name. */
  canary(name: string): string {
    return `touch ${join(this.base, `canary-${name}`)}`;
  }

  /** Whether that command has run; from here on it has not. */
  sang(name: string): boolean {
    const file = join(this.base, `canary-${name}`);
    const did = existsSync(file);
    rmSync(file, { force: true });
    return did;
  }

  git(...args: readonly string[]): void {
    const who = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"];
    execFileSync("git", [...who, ...args], { cwd: this.dir, stdio: "ignore", env: { PATH: process.env["PATH"] } });
  }

  /** Runs a command line in this process. */
  async nacre(words: readonly string[], { typed, cwd = this.dir }: { typed?: Typed; cwd?: string } = {}): Promise<Ran> {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const said = { stdout: "", stderr: "" };
    stdout.on("data", (part) => (said.stdout += String(part)));
    stderr.on("data", (part) => (said.stderr += String(part)));
    if (typed) for (const stream of [stdin, stdout, stderr]) Object.assign(stream, { isTTY: true });
    else stdin.end();
    const env = { PATH: process.env["PATH"], HOME: this.home, NACRE_HOME: join(this.home, ".nacre"), TERM: "dumb" };
    const running = main(["--cwd", cwd, ...words], { io: { stdin, stdout, stderr }, env, version: "1.2.3" });
    if (typed) void type(stdin, () => stripVTControlCharacters(said.stdout), typed);
    const code = await running.catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      said.stderr += error.message;
      return error.exitCode;
    });
    return { code, stdout: stripVTControlCharacters(said.stdout), stderr: said.stderr };
  }

  /** A prompt, answered by a script of one turn or several. */
  ask(turns: readonly object[], ...flags: readonly string[]): Promise<Ran> {
    const script = join(this.base, "turns.json");
    writeFileSync(script, JSON.stringify(turns));
    return this.nacre(["-p", "go", "--provider", "scripted", "--script", script, ...flags]);
  }

  /** The same with a person in front of it, who leaves with Ctrl-D. */
  talk(typed: Typed): Promise<Ran> {
    const script = join(this.base, "turns.json");
    writeFileSync(script, JSON.stringify([{ text: "hello" }]));
    const words = ["--provider", "scripted", "--script", script];
    return this.nacre(words, { typed: [...typed, ["> ", "\u0004"]] });
  }

  [Symbol.dispose](): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}

async function type(stdin: PassThrough, shown: () => string, typed: Typed): Promise<void> {
  let from = 0;
  for (const [text, keys] of typed) {
    for (let waited = 0; shown().indexOf(text, from) < 0 && waited < 800; waited++) {
      await new Promise((resolve) => void setTimeout(resolve, 10));
    }
    from = shown().indexOf(text, from) + text.length;
    await new Promise((resolve) => void setTimeout(resolve, 30));
    stdin.write(keys);
  }
  stdin.end();
}
