import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { main } from "../../../core/main.js";
import { UserError } from "../../../schemas/errors.js";

type Env = Readonly<Record<string, string | undefined>>;
export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  /** What was said there, and the sentence of the error. */
  readonly stderr: string;
}

/** A home, a project and a folder for what strangers publish. */
export interface Bench extends Disposable {
  readonly base: string;
  readonly home: string;
  readonly dir: string;
  /** The environment of its runs. */
  readonly env: Env;
  /** Writes files below `base`; names that end in `.sh` become programs. Resolves with the folder. */
  write(folder: string, files: Files): string;
  /** Writes files, makes a repository of them or adds to it, and commits. Gives the commit's id. */
  commit(folder: string, files: Files, tag?: string): string;
  git(folder: string, ...args: readonly string[]): string;
  run(line: string | readonly string[], env?: Env): Promise<Ran>;
  /** The JSON in a file below nacre's home. */
  state(path: string): Record<string, unknown>;
}

export function bench(): Bench {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-market-")));
  const [home, dir] = [join(base, "home", ".nacre"), join(base, "work")];
  for (const folder of [home, join(dir, ".git")]) mkdirSync(folder, { recursive: true });
  const env: Env = { PATH: process.env["PATH"], HOME: dirname(home), NACRE_HOME: home };
  const git = (folder: string, ...args: readonly string[]): string => {
    const who = ["-c", "user.name=Tester", "-c", "user.email=tester@example.invalid", "-c", "init.defaultBranch=main"];
    const clean = { PATH: process.env["PATH"], HOME: base, GIT_CONFIG_NOSYSTEM: "1" };
    return execFileSync("git", [...who, ...args], { cwd: join(base, folder), env: clean, encoding: "utf8" }).trim();
  };
  const write = (folder: string, files: Files): string => {
    for (const [path, content] of Object.entries(files)) {
      const file = join(base, folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      if (path.endsWith(".sh")) chmodSync(file, 0o755);
    }
    return join(base, folder);
  };
  return {
    base,
    home,
    dir,
    env,
    write,
    git,
    commit(folder, files, tag) {
      write(folder, files);
      if (!existsSync(join(base, folder, ".git"))) git(folder, "init", "-q");
      git(folder, "add", "-A");
      git(folder, "commit", "-q", "-m", "change", "--allow-empty");
      if (tag !== undefined) git(folder, "tag", tag);
      return git(folder, "rev-parse", "HEAD");
    },
    run(line, more = {}) {
      const words = typeof line === "string" ? line.split(" ") : line;
      return run(["--cwd", dir, ...words], { ...env, ...more });
    },
    state: (path) => JSON.parse(readFileSync(join(home, path), "utf8")) as Record<string, unknown>,
    [Symbol.dispose]: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** The files of a Claude-style plugin with one command. */
export function plugin(
  name: string,
  more: Readonly<Record<string, unknown>> = {},
  files: Files = {},
): Record<string, string | Uint8Array> {
  return {
    ".claude-plugin/plugin.json": JSON.stringify({
      name,
      version: "1.0.0",
      description: `The plugin ${name}`,
      ...more,
    }),
    "commands/greet.md": "---\ndescription: Greets\n---\nGreet everybody.\n",
    ...files,
  };
}

/** The files of a marketplace; each plugin's own are put into the folder of its name. */
export function marketplace(
  name: string,
  entries: readonly Readonly<Record<string, unknown>>[],
  plugins: Readonly<Record<string, Files>> = {},
  more: Readonly<Record<string, unknown>> = {},
): Record<string, string | Uint8Array> {
  const files: Record<string, string | Uint8Array> = {
    ".claude-plugin/marketplace.json": JSON.stringify({ name, owner: { name: "A" }, plugins: entries, ...more }),
  };
  for (const [folder, own] of Object.entries(plugins)) {
    for (const [path, content] of Object.entries(own)) files[`${folder}/${path}`] = content;
  }
  return files;
}

export interface Served extends AsyncDisposable {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
}

/** An HTTP server on the loopback interface that gives what `answer` gives for a path. */
export async function serve(
  answer: (path: string, url: string) => string | Uint8Array | { readonly to: string } | undefined,
): Promise<Served> {
  const asked: string[] = [];
  let url = "";
  const server: Server = createServer((request, response) => {
    const path = request.url ?? "/";
    asked.push(path);
    const given = answer(path, url);
    if (given === undefined) response.writeHead(404).end();
    else if (typeof given === "object" && "to" in given) response.writeHead(302, { location: given.to }).end();
    else response.end(given);
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function run(argv: readonly string[], env: Env): Promise<Ran> {
  const io = { stdin: new PassThrough().end(), stdout: new PassThrough(), stderr: new PassThrough() };
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
