import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "../../../core/types.js";
import type { JsonObject } from "../../../schemas/json.js";
import { boot, type BootOptions, type Shell } from "../../../test/boot.js";
import type { HookEvent } from "../../../schemas/event.js";

/** A shell whose settings hold these hooks. */
export function withHooks(hooks: object, options: Partial<BootOptions> = {}): Promise<Shell> {
  const { plugins = [], settings, ...rest } = options;
  return boot({
    plugins: ["shell-hooks", ...plugins],
    script: [],
    settings: { hooks, ...settings },
    ...rest,
  });
}

/** One command for an event. */
export function command(text: string, more: object = {}, matcher?: string): object[] {
  return [{ ...(matcher !== undefined && { matcher }), hooks: [{ type: "command", command: text, ...more }] }];
}

/** What ran, as it is recorded. */
export function ran(shell: Shell): HookEvent[] {
  return shell.events.filter((event) => event.type === "hook");
}

export function notices(shell: Shell): string[] {
  return shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
}

export async function until(holds: () => boolean, most = 5_000): Promise<void> {
  const latest = performance.now() + most;
  while (!holds()) {
    if (performance.now() > latest) throw new Error("It did not happen in time.");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Lets every call pass, after the hooks. */
export const pass: Plugin = {
  name: "pass",
  setup(ctx) {
    const decision = { behavior: "allow", reason: "test" } as const;
    ctx.tap("PreToolUse", async (pending) => ({ ...pending, decision }), { stage: 50 });
  },
};

/** A command that keeps what it was told in a file of the working folder, one line for each time. */
export function keeping(file: string): string {
  return `cat >> "$CLAUDE_PROJECT_DIR/${file}"`;
}

/** What `keeping` has kept. */
export function kept(shell: Shell, file: string): JsonObject[] {
  const lines = readFileSync(join(shell.dir, file), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as JsonObject);
}

/** A command that answers with JSON. */
export function json(output: object): string {
  return `cat > /dev/null; printf '%s' '${JSON.stringify(output)}'`;
}

/** What an answer says to one event alone. */
export function own(hookEventName: string, fields: object): object {
  return { hookSpecificOutput: { hookEventName, ...fields } };
}

/** The conversation as the model was sent it last. */
export function lastText(shell: Shell): string {
  return JSON.stringify(shell.requests.at(-1)!.messages);
}
