import { PassThrough } from "node:stream";
import { live } from "../../core/live.js";
import type { Plugin } from "../../core/types.js";
import type { FlagValue } from "../../schemas/front.js";
import type { JsonObject } from "../../schemas/json.js";
import type { Tool } from "../../schemas/tool.js";
import { boot, type BootOptions, type Shell } from "../../test/boot.js";

/** A front that runs inside a test, with its three streams. */
export interface Drive extends AsyncDisposable {
  readonly shell: Shell;
  readonly stdin: PassThrough;
  /** Resolves with the exit code. */
  readonly code: Promise<number>;
  stdout(): string;
  stderr(): string;
  /** Lines of standard output as JSON. */
  lines(): JsonObject[];
  /** Resolves with the first line that fits, also one that is still to come. */
  line(fits: (line: JsonObject) => boolean): Promise<JsonObject>;
  say(line: object): void;
}

export interface DriveOptions extends BootOptions {
  readonly front?: string;
  readonly flags?: Readonly<Record<string, FlagValue>>;
  readonly words?: readonly string[];
  /** What stands on standard input, which then ends; it stays open otherwise. */
  readonly input?: string;
}

/** Two tools, one that reads and one that writes. */
export const tools: Plugin = {
  name: "test-tools",
  setup(ctx) {
    for (const effect of ["read", "write"] as const) {
      const name = effect === "read" ? "Look" : "Do";
      const run: Tool["run"] = async (input) => ({ content: `${name} ${JSON.stringify(input)}`, details: { input } });
      ctx.add("tool", live<Tool>({ name, description: name, inputSchema: { type: "object" }, effect, run }));
    }
  },
};

/** A gate that lets reads pass and asks about everything else. */
export const gate: Plugin = {
  name: "test-gate",
  setup(ctx) {
    ctx.tap("PreToolUse", async (pending) =>
      pending.effect === "read"
        ? { ...pending, decision: { behavior: "allow" as const, reason: "It only reads." } }
        : { ...pending, doubt: "It writes." },
    );
  },
};

export async function drive(options: DriveOptions): Promise<Drive> {
  const { front = "print", flags = {}, words = [], input } = options;
  const settings = { "api.provider": "test-script", ...options.settings };
  const shell = await boot({ ...options, plugins: [front, ...(options.plugins ?? [tools, gate])], settings });
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const said = { stdout: "", stderr: "" };
  stdout.on("data", (part) => (said.stdout += String(part)));
  stderr.on("data", (part) => (said.stderr += String(part)));
  if (input !== undefined) stdin.end(input);
  const live = await shell.kernel.get("front", front);
  const code = live!.run({ flags, positionals: words, io: { stdin, stdout, stderr } });
  code.catch(() => {});
  const lines = (): JsonObject[] =>
    said.stdout
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as JsonObject);
  return {
    shell,
    stdin,
    code,
    lines,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    line: (fits) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = lines().find(fits);
          if (!found) return;
          stdout.off("data", look);
          resolve(found);
        };
        stdout.on("data", look);
        look();
      }),
    say: (line) => void stdin.write(`${JSON.stringify(line)}\n`),
    [Symbol.asyncDispose]: () => shell[Symbol.asyncDispose](),
  };
}
