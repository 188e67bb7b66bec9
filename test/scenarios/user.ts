import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Somebody who has just installed nacre: an empty home, an empty folder to work in, and the built program. */
export class User implements Disposable {
  readonly base: string = realpathSync(mkdtempSync(join(tmpdir(), "nacre-user-")));
  readonly #program: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(program: string) {
    this.#program = program;
    this.#env = {
      PATH: process.env["PATH"],
      HOME: this.at("home"),
      NACRE_HOME: this.at("home/.nacre"),
      GIT_CONFIG_NOSYSTEM: "1",
    };
    mkdirSync(this.at("home"));
    mkdirSync(this.at("work"));
  }

  at(path: string): string {
    return join(this.base, path);
  }

  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
    chmodSync(this.at(path), mode);
  }

  read(path: string): string {
    return readFileSync(this.at(path), "utf8");
  }

  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
    writeFileSync(this.at(path), text.replace(from, to));
  }

  /** `nacre ...words` in the folder to work in. */
  nacre(words: readonly string[], input = ""): Said {
    return this.other(process.execPath, [this.#program, ...words], input);
  }

  /** A prompt, answered by a scripted model. */
  ask(prompt: string, turns: readonly unknown[], ...flags: readonly string[]): Said {
    this.write("turns.json", JSON.stringify(turns));
    return this.nacre(["-p", prompt, "--provider", "scripted", "--script", this.at("turns.json"), ...flags]);
  }

  /** Another program. */
  other(program: string, args: readonly string[], input = ""): Said {
    const ended = spawnSync(program, args, { cwd: this.at("work"), env: this.#env, encoding: "utf8", input });
    return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
  }

  git(folder: string, ...args: readonly string[]): string {
    const who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"];
    return execFileSync("git", [...who, ...args], { cwd: this.at(folder), env: this.#env, encoding: "utf8" });
  }

  /** A session over stream-json that goes on until it is closed: a prompt in, what the run ended with out. */
  session(turns: readonly unknown[], ...flags: readonly string[]): Session {
    this.write("turns.json", JSON.stringify(turns));
    const protocol = ["-p", "--input-format", "stream-json", "--output-format", "stream-json"];
    const words = [...protocol, "--provider", "scripted", "--script", this.at("turns.json"), ...flags];
    return new Session(spawn(process.execPath, [this.#program, ...words], { cwd: this.at("work"), env: this.#env }));
  }

  [Symbol.dispose](): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}

class Session implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((done) => child.once("exit", done));
    this.#lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  }

  async send(text: string): Promise<string> {
    this.#child.stdin!.write(`${JSON.stringify({ type: "user", message: { role: "user", content: text } })}\n`);
    for (let line = await this.#lines.next(); !line.done; line = await this.#lines.next()) {
      const event = JSON.parse(line.value) as { type: string; result?: string; errors?: readonly string[] };
      if (event.type === "result") return event.result ?? String(event.errors);
    }
    throw new Error("The program ended without an answer.");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin!.end();
    await this.#ended;
  }
}

/** A copy of the built program, so that a build meanwhile disturbs nothing. */
export function copyOfProgram(folder: string): string {
  cpSync(resolve("dist"), join(folder, "dist"), { recursive: true });
  execFileSync("ln", ["-s", resolve("node_modules"), join(folder, "node_modules")]);
  return join(folder, "dist/nacre.js");
}

/** The code blocks of a language below a heading of a page in docs/ ("": above the first), as a reader would copy them. */
export function blocksOf(page: string, heading: string, language: string): readonly string[] {
  const text = readFileSync(resolve("docs", page), "utf8");
  const section = heading === "" ? text : (text.split(`## ${heading}\n`)[1] ?? "");
  const upto = section.split(/^## /m)[0]!;
  return [...upto.matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, word, code]) => (word === language ? [code!] : []));
}
