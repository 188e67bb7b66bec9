import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Plugin } from "../../../core/types.js";
import type { TurnEvent } from "../../../schemas/event.js";
import { boot, type BootOptions, type Shell } from "../../../test/boot.js";

/** What the tests of this folder share: a working folder and a home that a recording run and its replays have in common. */
export interface House extends Disposable {
  readonly base: string;
  readonly dir: string;
  readonly home: string;
  readonly file: string;
  record(options: Partial<BootOptions>): Promise<Shell>;
  replay(options?: Partial<BootOptions>): Promise<Shell>;
}

export function house(): House {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "record-")));
  const [dir, home, file] = [join(base, "work"), join(base, "home"), join(base, "run.jsonl")];
  mkdirSync(dir);
  mkdirSync(home);
  const plugins = ["record", tools()];
  return {
    base,
    dir,
    home,
    file,
    record: (options) =>
      boot({ plugins, script: [], dir, home, ...options, settings: { "record.file": file, ...options.settings } }),
    replay: (options = {}) =>
      boot({ plugins, script: [], dir, home, ...options, settings: { "record.replay": file, ...options.settings } }),
    [Symbol.dispose]: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** Tools whose outputs are never the same twice, and a gate that lets them through. */
export function tools(ran: string[] = []): Plugin {
  return {
    name: "test-tools",
    setup(ctx) {
      const inputSchema = { type: "object" };
      ctx.add("tool", {
        name: "Wait",
        description: "Waits.",
        inputSchema,
        effect: "read",
        run: async ({ ms, label }) => {
          ran.push(String(label));
          await sleep(Number(ms));
          return { content: `${label} ${Math.random()}`, details: { label } };
        },
      });
      ctx.add("tool", {
        name: "Fail",
        description: "Fails.",
        inputSchema,
        effect: "write",
        run: async () => {
          ran.push("fail");
          throw new Error(`broken ${Math.random()}`);
        },
      });
      ctx.tap("PreToolUse", async (pending) => ({
        ...pending,
        decision: { behavior: "allow" as const, reason: "test" },
      }));
    },
  };
}

/** Everything a replay must give again. How long things took is measured, not told by the clock. */
export function facts(events: readonly TurnEvent[]): unknown[] {
  return events.map(
    (event) =>
      JSON.parse(JSON.stringify(event, (key, value: unknown) => (/^(ms|firstMs)$/.test(key) ? 0 : value))) as unknown,
  );
}
