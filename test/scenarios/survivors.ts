import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { TurnEvent } from "../../schemas/event.js";
import type { Message } from "../../schemas/message.js";

/** A file's text, "" where there is none. */
export const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

/** The lines that are whole; the last one before a kill may be cut. */
export function linesOf<T>(path: string): { readonly lines: T[]; readonly cut: number } {
  const lines: T[] = [];
  let cut = 0;
  for (const line of textOf(path)
    .split("\n")
    .filter((one) => one !== "")) {
    try {
      lines.push(JSON.parse(line) as T);
    } catch {
      cut++;
    }
  }
  return { lines, cut };
}

/** The session's file. One that was killed before its first line was whole is no session and leaves its file behind. */
export function transcriptOf(run: string): string | undefined {
  const folder = join(run, "home", "projects");
  if (!existsSync(folder)) return undefined;
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".jsonl") && !path.includes("subagents") && textOf(join(folder, path)).includes("\n"),
  );
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0] === undefined ? undefined : join(folder, found[0]);
}

/** Every call of an answer has its one result in the message right after, and no result stands alone. */
export function expectValid(messages: readonly Message[]): void {
  for (const [place, message] of messages.entries()) {
    const after = messages[place + 1]?.content ?? [];
    const calls = message.content.flatMap((block) => (block.type === "tool_use" ? [block.id] : []));
    const results = after.flatMap((block) => (block.type === "tool_result" ? [block.tool_use_id] : []));
    if (message.role === "assistant") expect(results).toEqual(calls);
    expect(message.content.length).toBeGreaterThan(0);
  }
  expect(messages[0]?.content.some((block) => block.type === "tool_result")).toBe(false);
}

export interface Fate {
  readonly input: Record<string, unknown>;
  calls: number;
  readonly results: string[];
}

/** What the transcript tells of each call, by id. */
export function fatesIn(events: readonly TurnEvent[]): Map<string, Fate> {
  const fates = new Map<string, Fate>();
  for (const event of events) {
    if (event.type === "reply") {
      for (const block of event.message.content) {
        if (block.type !== "tool_use") continue;
        expect(fates.has(block.id), `${block.id} is asked for twice`).toBe(false);
        fates.set(block.id, { input: block.input, calls: 0, results: [] });
      }
    } else if (event.type === "call") fates.get(event.id)!.calls++;
    else if (event.type === "result") fates.get(event.id)!.results.push(String(event.content));
  }
  return fates;
}

/** How often a call left its mark: in the log, in the list, or as its file. */
function marksOf(run: string, { input }: Fate): number | undefined {
  const word = /\bm\d+\w\b/.exec(String(input["command"] ?? input["new_string"] ?? input["content"] ?? ""))?.[0];
  if (word === undefined) return undefined;
  const file = typeof input["content"] === "string" ? `${word}.txt` : input["command"] ? "log.txt" : "list.txt";
  return textOf(join(run, "work", file)).split(word).length - 1;
}

export function expectNothingLost(run: string, fates: ReadonlyMap<string, Fate>): void {
  for (const [id, fate] of fates) {
    expect(fate.results, id).toHaveLength(1);
    const [result] = fate.results as [string];
    const marks = marksOf(run, fate);
    if (result.startsWith("Interrupted before it ran")) {
      expect([id, fate.calls, marks ?? 0]).toEqual([id, 0, 0]);
    } else if (result.startsWith("Interrupted before it finished")) {
      expect([id, fate.calls, (marks ?? 0) <= 1]).toEqual([id, 1, true]);
    } else expect([id, fate.calls, marks ?? 1, result]).toEqual([id, 1, 1, result]);
  }
}

/** What the agents of a run did was written down before they did it, and after it was done. */
export function expectAgentsTold(run: string): void {
  const folder = join(run, "home", "projects");
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.includes("agent-"));
  const events = paths.flatMap((path) => linesOf<TurnEvent>(join(folder, path)).lines);
  const begun = events.filter((event) => event.type === "call").length;
  const done = events.filter((event) => event.type === "result" && !event.isError).length;
  const marks = textOf(join(run, "work", "agents.txt")).split("\n").length - 1;
  expect([marks <= begun, marks >= done, begun, marks, done]).toEqual([true, true, begun, marks, done]);
}

/** Processes of a run, told by their home. */
export function processesOf(run: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).split("\0").includes(`HOME=${run}`))
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll("\0", " ")}`)
    .filter((text) => !text.endsWith(" ".repeat(2)));
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** Waits until no process of a run is left; fails after two seconds. */
export async function expectNobodyLeft(run: string): Promise<void> {
  const latest = performance.now() + 2_000;
  while (processesOf(run).length > 0 && performance.now() < latest) await new Promise((done) => setTimeout(done, 20));
  expect(processesOf(run)).toEqual([]);
}
