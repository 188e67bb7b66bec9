import { execFileSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PluginContext } from "../../core/types.js";
import type { ResultEvent } from "../../schemas/event.js";
import { boot, call, say, type BootOptions, type Shell } from "../boot.js";

const TOOLS = ["read", "edit", "write", "glob", "grep", "ls"] as const;
type Use = readonly [name: string, input: object];

/** What comes of some calls in a folder that was furnished first. */
async function uses(
  furnish: (shell: Shell) => void | Promise<void>,
  calls: readonly Use[],
  options: Partial<BootOptions> = {},
): Promise<readonly ResultEvent[]> {
  const allow = {
    name: "allow",
    setup(ctx: PluginContext): void {
      ctx.tap("PreToolUse", async (pending) => ({ ...pending, decision: { behavior: "allow" as const, reason: "" } }));
    },
  };
  const script = [...calls.map(([name, input]) => call(name, input)), say("done")];
  await using shell = await boot({ plugins: [...TOOLS, allow], script, ...options });
  await furnish(shell);
  const end = await shell.send("go");
  expect(end.reason).toBe("completed");
  const results = shell.results();
  for (const { content } of results) expect(String(content).length).toBeLessThan(60_000);
  return results;
}

const all = (path: string): Use[] => [
  ["Read", { file_path: path }],
  ["Edit", { file_path: path, old_string: "a", new_string: "b" }],
  ["Write", { file_path: path, content: "x" }],
  ["Grep", { pattern: "a", path }],
];

describe("Things that are no files", { timeout: 60_000 }, () => {
  it.each(["/dev/zero", "/dev/urandom", "/dev/full", "/dev/stdin", "/dev/tty", "/proc/self/fd/0"])(
    "%s is neither read nor written",
    async (path) => {
      const [read, edit, write] = await uses(() => {}, all(path));
      for (const result of [read, edit, write]) expect(result).toMatchObject({ isError: true });
    },
  );

  it.runIf(process.platform === "linux")("but answer reads with an error are named in it", async () => {
    const [read] = await uses(() => {}, all("/proc/self/mem").slice(0, 1));
    expect(read).toMatchObject({
      isError: true,
      content: expect.stringMatching(/^\/proc\/self\/mem cannot be used \(EIO\)\.$/),
    });
  });

  it("such as named pipes and sockets are never opened, also among files", async () => {
    const server = createServer();
    const results = await uses(
      async ({ dir }) => {
        execFileSync("mkfifo", [join(dir, "pipe")]);
        await new Promise<void>((done) => server.listen(join(dir, "socket"), done));
        writeFileSync(join(dir, "a.txt"), "a word\n");
      },
      [
        ...all("pipe"),
        ...all("socket"),
        ["Grep", { pattern: "word" }],
        ["Glob", { pattern: "**/*" }],
        ["LS", { path: "." }],
      ],
    );
    server.close();
    for (const place of [0, 1, 2, 4, 5, 6]) expect(results[place]).toMatchObject({ isError: true });
    expect(String(results[0]!.content)).toContain("named pipe");
    expect(String(results[8]!.content)).toContain("a.txt");
    expect(results.slice(8).map(({ isError }) => isError)).toEqual([false, false, false]);
  });
});

describe("Links", () => {
  it("of ignore files to what never ends stop a search, which says so, before it takes the memory", async () => {
    const began = performance.now();
    const results = await uses(
      ({ dir }) => symlinkSync("/dev/zero", join(dir, ".gitignore")),
      [
        ["Grep", { pattern: "a" }],
        ["Glob", { pattern: "**/*" }],
      ],
    );
    for (const { content } of results) expect(content).toMatch(/^No files found\.\n\(Not everything was searched: /);
    expect(performance.now() - began).toBeLessThan(25_000);
  });

  it("in circles, to themselves and to nothing end in a sentence, and searches do not go round", async () => {
    const results = await uses(
      ({ dir }) => {
        symlinkSync("self", join(dir, "self"));
        symlinkSync("b", join(dir, "a"));
        symlinkSync("a", join(dir, "b"));
        symlinkSync("nowhere", join(dir, "dangling"));
        mkdirSync(join(dir, "deep"));
        symlinkSync("..", join(dir, "deep/up"));
        writeFileSync(join(dir, "x.txt"), "a word\n");
      },
      [
        ...["self", "a", "dangling"].flatMap((path) => all(path).slice(0, 3)),
        ["Grep", { pattern: "word" }],
        ["Glob", { pattern: "**/*.txt" }],
        ["LS", { path: "deep/up/deep/up" }],
      ],
    );
    for (const result of results.slice(0, 9)) {
      expect(result).toMatchObject({ isError: true });
      expect(String(result.content)).not.toMatch(/ELOOP|ENOENT|\n/);
    }
    expect(String(results[9]!.content).match(/x\.txt/g)).toHaveLength(1);
    expect(String(results[10]!.content).trim().split("\n")).toHaveLength(1);
  });
});

describe("Names", () => {
  const names = [
    "-rf",
    "--help",
    "a\nb.txt",
    "a\u001b[2Jb",
    "\u202Egnp.exe",
    "$(touch ran)",
    "`touch ran`",
    "a'b\"c",
    "x".repeat(255),
    " ",
    "*",
    "[a]",
    "é\u0301",
  ];

  it("of any form are shown in one line each, without control characters, and mean no more than a name", async () => {
    const results = await uses(
      ({ dir }) => {
        for (const name of names) writeFileSync(join(dir, name), "word\n");
        writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff, 0xfe, 0x2e, 0x74])]), "word\n");
      },
      [
        ["LS", { path: "." }],
        ["Glob", { pattern: "*" }],
        ["Grep", { pattern: "word" }],
        ["Grep", { pattern: "word", path: "-rf" }],
        ...names.map((name): Use => ["Read", { file_path: name }]),
        ["LS", { path: "." }],
      ],
    );
    for (const { content } of results.slice(0, 3)) {
      expect(String(content)).not.toMatch(/[^\P{Cc}\n\t]/u);
      expect(String(content).trim().split("\n").length).toBeLessThanOrEqual(names.length + 3);
    }
    expect(results.slice(4, -1).map(({ content }) => content)).toEqual(names.map(() => "1\tword"));
    expect(String(results.at(-1)!.content)).not.toMatch(/ ran$/m);
  });

  it.each([
    ["a name that is too long", "x".repeat(300)],
    ["a path that is too long", "d/".repeat(3_000)],
    ["a NUL", "a\0b"],
    ["nothing", ""],
    ["a file taken for a folder", "a.txt/b"],
  ])("that cannot be end in a sentence: %s", async (_what, path) => {
    const results = await uses(({ dir }) => writeFileSync(join(dir, "a.txt"), "x"), all(path).slice(0, 3));
    for (const { content, isError } of results) {
      expect(isError).toBe(true);
      expect(String(content)).not.toMatch(/\n {4}at |ERR_|undefined/);
    }
  });
});

describe("Folders", () => {
  it("with 100,000 entries are listed and searched, and a note says what is not shown", async () => {
    // In memory where there is such a folder: making them takes minutes on a slow disk.
    const base = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
    const dir = realpathSync(mkdtempSync(join(base, "nacre-many-")));
    const results = await uses(
      ({ dir }) => {
        mkdirSync(join(dir, "many"));
        for (let count = 0; count < 100_000; count++) closeSync(openSync(join(dir, "many", `f${count}`), "w"));
        expect(readdirSync(join(dir, "many"))).toHaveLength(100_000);
      },
      [
        ["LS", { path: "many" }],
        ["Glob", { pattern: "**/f*" }],
        ["Grep", { pattern: "nothing" }],
        ["Read", { file_path: "many" }],
      ],
      { dir },
    );
    rmSync(dir, { recursive: true });
    expect(results.map(({ isError }) => isError)).toEqual([false, false, false, true]);
    expect(String(results[0]!.content).split("\n").length).toBeLessThanOrEqual(1_010);
    expect(String(results[0]!.content)).toMatch(/99[,.]?000|100[,.]?000|1[,.]?000|more/);
  }, 300_000);

  it("in a depth of 300 are walked, and what is too deep is said", async () => {
    const results = await uses(
      ({ dir }) => {
        const deep = join(dir, ...Array.from({ length: 300 }, () => "d"));
        mkdirSync(deep, { recursive: true });
        writeFileSync(join(deep, "x.txt"), "word\n");
      },
      [
        ["Glob", { pattern: "**/x.txt" }],
        ["Grep", { pattern: "word" }],
        ["LS", { path: "." }],
      ],
    );
    expect(results.map(({ isError }) => isError)).toEqual([false, false, false]);
  });
});
