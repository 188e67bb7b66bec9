import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Adapter, Answer, Running, Turn } from "./adapter.js";
import { providerNamed } from "./provider.js";

/** The fault of a script that stands for a trouble of the network. */
const FAULTS = {
  cut: "cut",
  silence: "idle",
  garbled: "malformed",
  "error event": "overloaded",
} as const;

const STATUS: Readonly<Record<number, string>> = {
  400: "context_overflow",
  401: "auth",
  402: "billing",
  429: "rate_limit",
  500: "error",
  529: "overloaded",
};

function played({ thinking, text, calls, stop, usage }: Answer): object {
  const { input, output, cacheRead: cache_read, cacheWrite: cache_write } = usage ?? {};
  return {
    ...(thinking && { thinking }),
    ...(text && { text }),
    ...(calls && { calls }),
    ...(stop && { stop }),
    ...(usage && { usage: { input, output, cache_read, cache_write } }),
  };
}

/** A script has no tries of its own: a trouble that passes stands at the turn after it. */
function script(turns: readonly Turn[]): object[] {
  const lines: object[] = [];
  for (let i = 0; i < turns.length; i++) {
    const turn = turns[i] as Turn;
    if (!("trouble" in turn)) {
      lines.push(played(turn));
      continue;
    }
    const next = turns[i + 1];
    const passing = next && !("trouble" in next) ? next : undefined;
    const kind = turn.trouble === "status" ? STATUS[turn.status] : FAULTS[turn.trouble as keyof typeof FAULTS];
    const message = turn.trouble === "status" ? { message: turn.message } : {};
    const delay = turn.trouble === "status" && turn.retryAfter ? Number(turn.retryAfter) * 1000 : 20;
    lines.push({ ...(passing && played(passing)), fault: { kind, ...(passing && { times: 1, delay }), ...message } });
    if (passing) i++;
  }
  return lines;
}

/** The provider that plays a script; what it says comes from a file, so there is no server. */
export const scriptedAdapter: Adapter = {
  name: "scripted",
  abilities: new Set(["thinking", "cache usage", "status", "cut", "silence", "garbled", "error event"]),
  async start(turns): Promise<Running> {
    const dir = await mkdtemp(join(tmpdir(), "nacre-script-"));
    const file = join(dir, "script.jsonl");
    const lines = script(turns).map((turn) => JSON.stringify(turn));
    await writeFile(file, `${lines.join("\n")}\n`);
    return {
      provider: await providerNamed("scripted", { "scripted.file": file }),
      host: "",
      heard: () => [],
      closed: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => rm(dir, { recursive: true }),
    };
  },
};
