import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { boot, call, say, type Shell } from "../../../test/boot.js";
import type { Plugin } from "../../../core/types.js";
import type { Decision } from "../../../schemas/decision.js";
import type { ResultEvent } from "../../../schemas/event.js";
import type { JsonObject } from "../../../schemas/json.js";
import { hashOf } from "./term.js";

// Put together here, so that no scanner takes this file for a leak.
export const KEY: string = ["ghp", "_", "a1B2".repeat(9)].join("");
export const TERMS: readonly object[] = [
  { id: "codename", text: "Bluebird" },
  { id: "host", pattern: "\\b[a-z]+\\.corp\\.example\\b", action: "mask" },
  { id: "ticket", pattern: "SEC-\\d+", action: "ask" },
  { id: "hashed", hash: hashOf("Kestrel", "0123456789abcdef") },
];

/** Tools that send things away, and keep what they were handed. */
function sender(name: string, got: JsonObject[]): Plugin {
  return {
    name: `sender-${name}`,
    setup: (ctx) =>
      ctx.add("tool", {
        name,
        description: "",
        inputSchema: { type: "object" },
        effect: "network",
        run: (input) => (got.push(input), Promise.resolve({ content: "sent" })),
      }),
  };
}

const allowing: Plugin = {
  name: "allowing",
  setup: (ctx) =>
    ctx.tap(
      "PreToolUse",
      async (pending) => {
        const decision: Decision = { behavior: "allow", reason: "Everything may." };
        return pending.decision ? undefined : { ...pending, decision };
      },
      { stage: 90 },
    ),
};

export function git(cwd: string, ...args: readonly string[]): string {
  const who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
  const env = { PATH: process.env["PATH"], HOME: "/dev/null/nowhere", GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", [...who, ...args], { cwd, encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] });
}

export interface Setting {
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly prepare?: (dir: string) => void;
  readonly ask?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** It is refused with `PASSED` where it would run. */
  readonly stops?: boolean;
}

/** What stops a call that nobody else has refused. */
export const PASSED = "It would have run.";

/** Stops what passed: a command that sends is not to reach a host of whatever name. */
const stopping: Plugin = {
  name: "stopping",
  setup: (ctx) =>
    ctx.tap(
      "PreToolUse",
      async (pending) => {
        const decision: Decision = { behavior: "deny", reason: PASSED };
        return pending.decision?.behavior === "allow" ? { ...pending, decision } : undefined;
      },
      { stage: 500 },
    ),
};

/** What came of a call. */
export interface Ran {
  readonly result: ResultEvent;
  /** Why it did not run; empty otherwise. */
  readonly refused: string;
  /** What the senders were handed. */
  readonly got: readonly JsonObject[];
  readonly asked: readonly string[];
  readonly log: string;
}

/** Runs one call in a repository. */
export async function run(
  name: string,
  input: object,
  { files, settings, prepare, ask, env, stops = false }: Setting = {},
): Promise<Ran> {
  const got: JsonObject[] = [];
  const asked: string[] = [];
  const senders = ["WebFetch", "mcp__chat__post", "mcp__files__upload_folder", "PushNotification"].map((one) =>
    sender(one, got),
  );
  const shell: Shell = await boot({
    plugins: [
      "confidentiality",
      "permissions",
      allowing,
      "bash",
      "git",
      "github",
      ...senders,
      ...(stops ? [stopping] : []),
    ],
    script: [call(name, input), say("done")],
    files: { "a.txt": "one\n", ...files },
    settings: { "confidentiality.terms": TERMS, "permissions.defaultMode": "bypassPermissions", ...settings },
    // As root the mode without questions is for containers alone.
    env: { PATH: process.env["PATH"], HOME: "/dev/null/nowhere", IS_SANDBOX: "1", ...env },
    ...(ask !== undefined && {
      ask: ({ reason }) => {
        asked.push(reason);
        return Promise.resolve(ask ? { behavior: "allow" } : { behavior: "deny", message: "no" });
      },
    }),
  });
  try {
    git(shell.dir, "init", "-q");
    git(shell.dir, "config", "user.name", "A");
    git(shell.dir, "config", "user.email", "a@example.org");
    git(shell.dir, "add", "a.txt");
    git(shell.dir, "commit", "-qm", "Begin");
    prepare?.(shell.dir);
    await shell.send("go");
    const result = shell.result(0);
    const log = git(shell.dir, "log", "--all", "--format=%an %s %b");
    return { result, refused: result.refused?.reason ?? "", got, asked, log };
  } finally {
    await shell[Symbol.asyncDispose]();
  }
}

export const staged =
  (path: string, text: string): ((dir: string) => void) =>
  (dir) => {
    mkdirSync(join(dir, path, ".."), { recursive: true });
    writeFileSync(join(dir, path), text);
    git(dir, "add", path);
  };
