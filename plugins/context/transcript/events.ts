import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import type { TurnEvent } from "../../../schemas/event.js";
import type { Reading } from "./desk.js";
import { linesOf, type Line } from "./lines.js";
import { parseEvent, type SessionLine } from "./parse.js";
import { fileOf } from "./place.js";

export interface ReadOptions {
  readonly home: string;
  /** Told what was found. */
  readonly reading: Reading;
  /** Byte position to stop at; the end of the file otherwise. */
  readonly until?: number;
  /** Files on the way here, so that a circle of parents ends. */
  readonly behind?: readonly string[];
}

/** The events of a transcript without calls and results that nothing asked for: a request must not hold one of them. */
export async function* transcriptOf(
  options: ReadOptions,
  events: AsyncIterable<TurnEvent> = eventsOf(options),
): AsyncGenerator<TurnEvent> {
  const { reading } = options;
  let asked = new Set<string>();
  const unasked = new Set<string>();
  for await (const event of events) {
    if (event.type === "prompt" || event.type === "rewind") asked = new Set();
    else if (event.type === "reply") {
      asked = new Set(event.message.content.flatMap((block) => (block.type === "tool_use" ? [block.id] : [])));
    } else if ((event.type === "call" || event.type === "result") && !event.apart) {
      const known = event.type === "call" ? asked.has(event.id) : asked.delete(event.id);
      if (!known) {
        reading.unpaired = unasked.add(event.id).size;
        continue;
      }
    }
    yield event;
  }
}

/**
 * The events of a transcript, in the order of the file; a fork's past comes first, from its parent's file. A cut last
 * line is dropped, a broken one in the middle is skipped and counted, and a `gap` stands in its place.
 */
export async function* eventsOf(
  options: ReadOptions,
  lines: AsyncIterable<readonly Line[]> = linesOf(options.reading.path, options.until),
): AsyncGenerator<TurnEvent> {
  const { reading } = options;
  let first = true;
  let broken = 0;
  for await (const some of lines) {
    for (const line of some) {
      if (line.text === "") continue;
      const event = line.text === undefined ? undefined : parseEvent(line.text);
      if (event) {
        if (first && event.type === "session") yield* past(event, options);
        // A broken line right before the session was taken up again is where its process was killed: nothing is lost.
        const lost = event.type === "session" ? Math.max(0, broken - 1) : broken;
        reading.damaged += lost;
        broken = 0;
        if (event.type === "gap") reading.unsaved = true;
        if (lost > 0) yield { type: "gap", lines: lost };
        reading.end = line.end;
        yield event;
      } else if (line.whole) broken++;
      first = false;
    }
  }
  reading.damaged += broken;
  if (broken > 0) yield { type: "gap", lines: broken };
}

/** What a fork's parent said before the fork. */
async function* past(event: SessionLine, options: ReadOptions): AsyncGenerator<TurnEvent> {
  const { reading, home } = options;
  const behind = [...(options.behind ?? []), reading.path];
  if (event.source !== "fork" || event.parent === undefined) return;
  const path = await parentFile(event, reading.path, home);
  if (path === undefined || behind.includes(path)) {
    reading.missing ??= event.parent;
    return;
  }
  const parent: Reading = { path, end: 0, damaged: 0, unpaired: 0, unsaved: false };
  const until = typeof event.from?.bytes === "number" ? { until: event.from.bytes } : {};
  yield* eventsOf({ home, reading: parent, behind, ...until });
  reading.damaged += parent.damaged;
  if (parent.missing !== undefined) reading.missing ??= parent.missing;
}

/** Beside the fork, where it was when the fork was made, or in any project. A path counts only in nacre's own files. */
async function parentFile(event: SessionLine, fork: string, home: string): Promise<string | undefined> {
  const id = event.parent ?? "";
  const beside = fileOf(dirname(fork), id);
  if (existsSync(beside)) return beside;
  const told = fork.startsWith(join(home, "projects") + sep) ? event.from?.path : undefined;
  if (typeof told === "string" && existsSync(told)) return told;
  return (await filesOf(home, id))[0];
}

/** All transcripts with this id, of all projects. */
export async function filesOf(home: string, id: string): Promise<string[]> {
  const folders = await subfolders(join(home, "projects"));
  return folders.map((folder) => fileOf(folder, id)).filter((file) => existsSync(file));
}

/** The folders in a folder; none where there is no such folder. */
export async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}
