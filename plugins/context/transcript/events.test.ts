import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "../../../test/check.js";
import { describe, expect, it } from "vitest";
import type { TurnEvent } from "../../../schemas/event.js";
import { LONGEST_LINE } from "./append-file.js";
import { linesOf } from "./lines.js";
import { fileOf, projectFolder } from "./place.js";
import { begun, deskIn, notice, prompt, readBack, ROOT, sessionEvent, temporary } from "./samples.js";

const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.string({ unit: "grapheme", maxLength: 40 }));
const anyEvents = fc.array(anyText, { minLength: 1, maxLength: 12 }).map((texts) => texts.map((text) => prompt(text)));

function written(path: string, events: readonly TurnEvent[]): string[] {
  const lines = events.map((event) => `${JSON.stringify(event)}\n`);
  writeFileSync(path, lines.join(""));
  return lines;
}

describe("reading a transcript", () => {
  it("gives back whatever was written, in any script", async () => {
    using dir = temporary();
    const path = join(dir.path, "a.jsonl");
    await fc.assert(
      fc.asyncProperty(anyEvents, async (events) => {
        written(path, events);
        expect(await readBack(dir.path, path)).toMatchObject({
          events: JSON.parse(JSON.stringify(events)),
          reading: { damaged: 0 },
        });
      }),
    );
  });

  it("gives the same lines however the file is cut into pieces", async () => {
    using dir = temporary();
    const path = join(dir.path, "a.jsonl");
    await fc.assert(
      fc.asyncProperty(anyEvents, fc.integer({ min: 1, max: 64 }), async (events, size) => {
        const lines = written(path, events);
        const read = [];
        for await (const some of linesOf(path, Infinity, size)) read.push(...some);
        expect(read.map((line) => `${line.text}\n`)).toEqual(lines);
        expect(read.at(-1)?.end).toBe(Buffer.byteLength(lines.join("")));
      }),
    );
  });

  it("drops a last line that was cut anywhere and loses nothing before it", async () => {
    using dir = temporary();
    const path = join(dir.path, "a.jsonl");
    await fc.assert(
      fc.asyncProperty(anyEvents, fc.double({ min: 0, max: 1, noNaN: true }), async (events, share) => {
        const lines = written(path, events);
        const size = Math.floor(Buffer.byteLength(lines.join("")) * share);
        truncateSync(path, size);
        let whole = 0;
        for (let bytes = 0; whole < lines.length; whole++) {
          bytes += Buffer.byteLength(lines[whole] ?? "");
          if (bytes - 1 > size) break; // A line that lacks only its newline is still all there.
        }
        const { events: read, reading } = await readBack(dir.path, path);
        expect(read).toEqual(JSON.parse(JSON.stringify(events.slice(0, whole))));
        expect(reading.damaged).toBe(0);
      }),
    );
  });

  it("skips and counts a broken line in the middle and keeps all others", async () => {
    using dir = temporary();
    const path = join(dir.path, "a.jsonl");
    const garbage = fc
      .uint8Array({ minLength: 1, maxLength: 60 })
      .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 10 ? 11 : byte))));
    await fc.assert(
      fc.asyncProperty(anyEvents, garbage, fc.nat(), async (events, broken, at) => {
        const lines = events.map((event) => Buffer.from(`${JSON.stringify(event)}\n`));
        const place = at % (lines.length + 1);
        writeFileSync(
          path,
          Buffer.concat([...lines.slice(0, place), broken, Buffer.from("\n"), ...lines.slice(place)]),
        );
        const { events: read, reading } = await readBack(dir.path, path);
        expect(read.filter(({ type }) => type !== "gap")).toEqual(JSON.parse(JSON.stringify(events)));
        expect(reading.damaged).toBe(1);
      }),
    );
  });

  it.each([
    '{"type":"reply","id":"x"}',
    '{"type":"reply","message":{"content":[null]},"usage":{},"model":"m"}',
    '{"type":"prompt","content":"text"}',
    '{"type":"session","id":"a"}',
    '{"type":"result","id":1,"content":"x"}',
    '{"type":"change","cwd":7}',
    "[]",
    "null",
    '{"type":5}',
    "[".repeat(100_000),
  ])("counts the line %.60s as damaged", async (line) => {
    using dir = temporary();
    const path = join(dir.path, "a.jsonl");
    writeFileSync(path, `${JSON.stringify(prompt("a"))}\n${line}\n${JSON.stringify(prompt("b"))}\n`);
    const { events, reading } = await readBack(dir.path, path);
    expect(events.map(({ type }) => type)).toEqual(["prompt", "gap", "prompt"]);
    expect(reading.damaged).toBe(1);
  });

  it("keeps records of types it does not know", async () => {
    using dir = temporary();
    const path = join(dir.path, "a.jsonl");
    writeFileSync(path, '{"type":"mood","value":1}\n{"type":"constructor"}\n');
    const { events, reading } = await readBack(dir.path, path);
    expect(events).toEqual([{ type: "mood", value: 1 }, { type: "constructor" }]);
    expect(reading.damaged).toBe(0);
  });

  it("skips a line longer than any that is written without holding it", async () => {
    using dir = temporary();
    const path = join(dir.path, "a.jsonl");
    writeFileSync(path, `${JSON.stringify(prompt("a"))}\n`);
    for (let size = 0; size <= LONGEST_LINE; size += 1 << 22) appendFileSync(path, Buffer.alloc(1 << 22, 0x78));
    appendFileSync(path, `\n${JSON.stringify(prompt("b"))}\n`);
    const { events, reading } = await readBack(dir.path, path);
    expect(events).toEqual([prompt("a"), { type: "gap", lines: 1 }, prompt("b")]);
    expect(reading.damaged).toBe(1);
  });

  it("goes by position in the file, whatever the clock said", async () => {
    using dir = temporary();
    const path = join(dir.path, "a.jsonl");
    const events = [5_000, 1, 3_000].map((at, index) => ({ ...prompt(String(index)), at }));
    written(path, events);
    expect((await readBack(dir.path, path)).events).toEqual(events);
  });
});

describe("a fork", () => {
  async function family(home: string): Promise<{ readonly parent: string; readonly fork: string }> {
    const desk = deskIn(home);
    const folder = projectFolder(home, ROOT);
    const [parent, fork] = [fileOf(folder, "parent"), fileOf(folder, "fork")];
    const first = begun(desk, sessionEvent("parent"));
    first.take(prompt("shared"));
    const { reading } = await readBack(home, parent);
    desk.readings.set("parent", reading);
    const second = begun(desk, sessionEvent("fork", { source: "fork", parent: "parent" }));
    second.take(prompt("only in the fork"));
    first.take(prompt("only in the parent"));
    first.close();
    second.close();
    return { parent, fork };
  }
  const texts = (events: readonly TurnEvent[]): string[] =>
    events.flatMap((event) => (event.type === "prompt" ? [JSON.stringify(event.content[0])] : []));

  it("begins with what its parent had said by then, and does not see what came later", async () => {
    using dir = temporary();
    const { parent, fork } = await family(dir.path);
    expect(texts((await readBack(dir.path, fork)).events)).toEqual([
      '{"type":"text","text":"shared"}',
      '{"type":"text","text":"only in the fork"}',
    ]);
    expect(texts((await readBack(dir.path, parent)).events)).toHaveLength(2);
    expect(readFileSync(fork, "utf8")).not.toContain("shared");
  });

  it("finds a parent that was moved to another project's folder", async () => {
    using dir = temporary();
    const { parent, fork } = await family(dir.path);
    const elsewhere = join(dir.path, "projects", "-other", "parent.jsonl");
    mkdirSync(dirname(elsewhere));
    writeFileSync(elsewhere, readFileSync(parent));
    rmSync(parent);
    expect(texts((await readBack(dir.path, fork)).events)).toHaveLength(2);
  });

  it("whose parent is gone keeps its own part and names the parent", async () => {
    using dir = temporary();
    const { parent, fork } = await family(dir.path);
    rmSync(parent);
    const { events, reading } = await readBack(dir.path, fork);
    expect(texts(events)).toEqual(['{"type":"text","text":"only in the fork"}']);
    expect(reading.missing).toBe("parent");
  });

  it("of itself ends", async () => {
    using dir = temporary();
    const path = fileOf(projectFolder(dir.path, ROOT), "a");
    mkdirSync(dirname(path), { recursive: true });
    written(path, [sessionEvent("a", { source: "fork", parent: "a" }), notice("x")]);
    const { events, reading } = await readBack(dir.path, path);
    expect(events).toHaveLength(2);
    expect(reading.missing).toBe("a");
  });
});
