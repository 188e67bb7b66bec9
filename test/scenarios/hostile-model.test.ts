import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Message } from "../../schemas/message.js";
import { against, block, blockEnd, call, delta, end, event, say, start, type HostileRun } from "../hostile-server.js";

const MOST_MEMORY = 700;
const TIMEOUT = 60_000;

const text = (words: string): object => ({ type: "text_delta", text: words });
const write = (index = 0): string => call(index, "Write", '{"file_path":"ran.txt","content":"x"}');
const done = (): string[] => [say("done")];

function resultsOf(
  messages: readonly Message[] = [],
): { readonly id: string; readonly content: string; readonly isError: boolean }[] {
  return messages.flatMap(({ content }) =>
    content.flatMap((one) =>
      one.type === "tool_result"
        ? [{ id: one.tool_use_id, content: JSON.stringify(one.content), isError: one.is_error === true }]
        : [],
    ),
  );
}

function expectHealthy(run: HostileRun): void {
  expect([run.signal, run.megabytes < MOST_MEMORY]).toEqual([null, true]);
  expect(run.stderr).not.toMatch(/\n\s+at |heap|FATAL|TypeError|RangeError|undefined/);
}

describe("A model's stream that breaks its protocol", () => {
  it.each<[string, string[]]>([
    ["begins a block with a wrong index", [start, write(), block(7, { type: "text", text: "" })]],
    [
      "begins a block twice",
      [start, write(), block(1, { type: "text", text: "" }), block(1, { type: "text", text: "" })],
    ],
    ["has a delta for a block that never began", [start, write(), delta(3, text("x"))]],
    ["ends a block that is not open", [start, write(), blockEnd(0)]],
    ["has JSON that is cut", [start, write(), 'event: content_block_start\ndata: {"type":"content_bl\n\n']],
    ["begins twice", [start, write(), start]],
    ["ends without its end", [start, write()]],
    ["ends inside of a block", [start, write(), block(1, { type: "text", text: "" }), end("end_turn")]],
    [
      "has a block named after what every object has",
      [
        start,
        write(),
        block(1, { type: "text", text: "" }),
        blockEnd(1),
        block(1, { type: "constructor", id: "a", name: "b" }),
        delta(2, text("x")),
      ],
    ],
    ["has nothing in it", []],
    ["is no event stream", ["<html>", "\0\0\0\n\n"]],
    ["has an index of every object", [start, write(), delta("__proto__", text("x"))]],
  ])(
    "and %s runs nothing and ends with 5",
    async (_what, pieces) => {
      const run = await against([() => pieces]);
      expect(run.code).toBe(5);
      expect(run.stderr).toMatch(/^(nacre: |Error: )?.*(the answer of Anthropic|Anthropic at 127\.0\.0\.1)/m);
      expect(existsSync(run.at("work/ran.txt"))).toBe(false);
      expectHealthy(run);
    },
    TIMEOUT,
  );

  it(
    "and has input that is cut or no object is answered and not run",
    async () => {
      const bad = ['{"file_path":"ran.txt","cont', "[1]", '"x"', "null", "{} {}", '{"file_path":["ran.txt"]}'];
      const run = await against([
        () => [start, ...bad.map((json, index) => call(index, "Write", json)), end("tool_use")],
        done,
      ]);
      expect(run).toMatchObject({ code: 0, stdout: "done\n" });
      expect(resultsOf(run.requests[1]).map(({ isError }) => isError)).toEqual(bad.map(() => true));
      expect(readdirSync(run.at("work"))).toEqual([]);
      expectHealthy(run);
    },
    TIMEOUT,
  );

  it(
    "and calls tools that are not there, by any name, is told so for each",
    async () => {
      const names = [
        "Nope",
        "__proto__",
        "constructor",
        "toString",
        "",
        "x".repeat(100_000),
        "a\0b",
        "\u001b[2J",
        "mcp__a__b",
      ];
      const run = await against([
        () => [start, ...names.map((name, index) => call(index, name, "{}")), end("tool_use")],
        done,
      ]);
      expect(run).toMatchObject({ code: 0, stdout: "done\n" });
      const results = resultsOf(run.requests[1]);
      expect(results.map(({ isError }) => isError)).toEqual(names.map(() => true));
      expect(results[1]!.content).toContain("There is no tool");
      expect(run.stderr).not.toContain("\u001b");
      expectHealthy(run);
    },
    TIMEOUT,
  );

  it(
    "and gives two calls of one answer the same id runs neither",
    async () => {
      const run = await against([
        () => [start, call(0, "LS", '{"path":"."}', "same"), call(1, "LS", '{"path":"."}', "same"), end("tool_use")],
        done,
      ]);
      expect([run.code, run.stderr]).toEqual([5, expect.stringContaining("two calls of one answer have the same id")]);
      expect(run.requests).toHaveLength(1);
      expectHealthy(run);
    },
    TIMEOUT,
  );
});

describe("A model's stream without end", () => {
  it(
    "of text is cut at 64 MB, and memory stays below 700 MB",
    async () => {
      const piece = delta(0, text("words and more words ".repeat(3_000)));
      function* flood(): Iterable<string> {
        yield start + block(0, { type: "text", text: "" });
        for (let bytes = 0; bytes < 100 * 1024 * 1024; bytes += piece.length) yield piece;
        yield blockEnd(0) + end("end_turn");
      }
      const run = await against([flood]);
      expect(run.code).toBe(5);
      expect(run.stderr).toMatch(/the answer is longer than 67108864 bytes/);
      expectHealthy(run);
    },
    TIMEOUT,
  );

  it(
    "of text just below that is taken, kept and taken up again below 700 MB",
    async () => {
      const piece = delta(0, text("words and more words ".repeat(3_000)));
      function* flood(): Iterable<string> {
        yield start + block(0, { type: "text", text: "" });
        for (let bytes = 0; bytes < 40 * 1024 * 1024; bytes += piece.length) yield piece;
        yield blockEnd(0) + call(1, "LS", '{"path":"."}') + end("tool_use");
      }
      const run = await against([flood, done], {}, ["--output-format", "json"]);
      expect(run.code).toBe(0);
      expect(run.requests).toHaveLength(2);
      expectHealthy(run);
    },
    TIMEOUT,
  );

  it(
    "of one event is cut at 8 MB",
    async () => {
      function* flood(): Iterable<string> {
        yield `${start}data: `;
        for (let bytes = 0; bytes < 20 * 1024 * 1024; bytes += 65_536) yield "x".repeat(65_536);
      }
      const run = await against([flood]);
      expect([run.code, run.stderr]).toEqual([
        5,
        expect.stringContaining("has an event of more than 8388608 characters"),
      ]);
      expectHealthy(run);
    },
    TIMEOUT,
  );

  it.each([
    ["pings", event({ type: "ping" })],
    ["comments", ": still here\n\n"],
    ["empty lines", "\n\n\n"],
  ])(
    "of %s counts as silence",
    async (_what, piece) => {
      async function* drip(): AsyncIterable<string> {
        yield start + write();
        for (let count = 0; count < 400; count++) {
          yield piece;
          await new Promise((next) => setTimeout(next, 25));
        }
      }
      const run = await against([drip], { anthropic: { max_tries: 1, idle_secs: 0.5 } });
      expect([run.code, run.stderr]).toEqual([5, expect.stringContaining("sent nothing for 0.5 s")]);
      expect(existsSync(run.at("work/ran.txt"))).toBe(false);
      expectHealthy(run);
    },
    TIMEOUT,
  );
});

describe("A model that asks for too much", () => {
  it(
    "at once, 500 calls, gets one result for each, in order, and no more than 10 run together",
    async () => {
      const command = JSON.stringify({ command: "echo x" });
      const reads = Array.from({ length: 480 }, (_, index) => call(index, "LS", '{"path":"."}'));
      const runs = Array.from({ length: 20 }, (_, index) => call(480 + index, "Bash", command));
      const run = await against([() => [start, ...reads, ...runs, end("tool_use")], done]);
      expect(run).toMatchObject({ code: 0, stdout: "done\n" });
      expect(resultsOf(run.requests[1]).map(({ id }) => id)).toEqual(
        Array.from({ length: 500 }, (_, i) => `toolu_${i}`),
      );
      expect(resultsOf(run.requests[1]).filter(({ isError }) => isError)).toEqual([]);
      expectHealthy(run);
    },
    TIMEOUT,
  );

  it(
    "of one call, by an id or an input of megabytes, is answered",
    async () => {
      const long = JSON.stringify({ command: `true # ${"x".repeat(4_000_000)}` });
      const deep = `{"command":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
      const calls = [
        call(0, "Bash", long),
        call(1, "LS", '{"path":"."}', "i".repeat(1_000_000)),
        call(2, "Bash", deep),
      ];
      const run = await against([() => [start, ...calls, end("tool_use")], done]);
      // Nobody is there to be asked about a command that is too long to be read.
      expect(run).toMatchObject({ code: 3, stdout: "done\n" });
      expect(resultsOf(run.requests[1]).map(({ isError }) => isError)).toEqual([true, false, true]);
      expectHealthy(run);
    },
    TIMEOUT,
  );

  it(
    "with traps in its inputs sets none off",
    async () => {
      const inputs = [
        ["Write", '{"__proto__":{"file_path":"ran.txt","content":"x"}}'],
        ["Write", '{"file_path":"a\\u0000b","content":"x"}'],
        ["Read", '{"file_path":"/dev/zero"}'],
        ["Read", '{"file_path":"/proc/self/mem"}'],
        ["Bash", '{"command":"echo a\\u0000b"}'],
        ["Write", '{"constructor":{"prototype":{"polluted":1}},"file_path":"b","content":"x","x":1}'],
      ] as const;
      const calls = inputs.map(([name, json], index) => call(index, name, json));
      const run = await against([() => [start, ...calls, end("tool_use")], done]);
      expect(run.stdout).toBe("done\n");
      expect(
        resultsOf(run.requests[1])
          .slice(0, 5)
          .map(({ isError }) => isError),
      ).toEqual([true, true, true, true, true]);
      expect(existsSync(run.at("work/ran.txt"))).toBe(false);
      expectHealthy(run);
    },
    TIMEOUT,
  );

  it(
    "with bytes that are no text is read as far as it is text, and shows no control character",
    async () => {
      const bytes = Buffer.concat([
        Buffer.from(
          `${start}${block(0, { type: "text", text: "" })}data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a`,
        ),
        Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
        Buffer.from(`\\u001b]0;owned\\u0007\\ud800b"}}\n\n${blockEnd(0)}${end("end_turn")}`),
      ]);
      const run = await against([() => [bytes]]);
      expect(run.code).toBe(0);
      expect(run.stdout).toMatch(/^a\uFFFD+.*b\n$/s);
      const [folder = ""] = readdirSync(run.at("home/projects"));
      const file = readdirSync(run.at(`home/projects/${folder}`)).find((name) => name.endsWith(".jsonl")) ?? "";
      for (const line of readFileSync(run.at(`home/projects/${folder}/${file}`), "utf8")
        .trimEnd()
        .split("\n"))
        JSON.parse(line);
      expectHealthy(run);
    },
    TIMEOUT,
  );
});
