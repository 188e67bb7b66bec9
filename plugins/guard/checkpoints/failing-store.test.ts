import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boot, call, say } from "../../../test/boot.js";
import type { Shell } from "../../../test/boot.js";
import { keeping, service, temporary, undo } from "./testing.js";

const SLOW = 60_000;
const bash = (command: string) => call("Bash", { command });

const ODD_LINES = [
  "\0\0",
  "{broken",
  '{"type":"after","id":"constructor","changes":[]}',
  '{"type":"before","id":"a","files":[],"undoes":5}\n{"type":"after","id":"a","changes":[]}',
  '{"type":"before","id":"b","files":[],"snapshots":7}',
  '{"type":"trimmed","ids":[{}]}',
].join("\n");

function notices({ events }: Shell): readonly string[] {
  return events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
}

function fileIn(home: string, name: RegExp): string {
  return join(
    home,
    readdirSync(home, { recursive: true, encoding: "utf8" }).find((one) => name.test(one))!,
  );
}

describe("a store that fails", () => {
  it.each([
    ["a pipe", (path: string) => void execFileSync("mkfifo", [path])],
    ["a folder", (path: string) => void mkdirSync(path)],
    ["full of lines that are none", (path: string) => writeFileSync(path, ODD_LINES)],
  ])(
    "keeps nobody waiting where its journal is %s",
    async (_what, put) => {
      const script = [bash("echo 1 > a.txt"), say("one"), bash("echo 2 > a.txt"), say("two")];
      await using shell = await keeping({ script });
      await shell.send("one");
      await (await service(shell)).list(shell.session);
      const journal = fileIn(shell.home, /journal\.jsonl$/);
      await using again = await keeping({
        dir: shell.dir,
        home: shell.home,
        session: { id: shell.session.id },
        script,
      });
      rmSync(journal);
      put(journal);
      await again.send("one");
      expect(readFileSync(join(shell.dir, "a.txt"), "utf8")).toBe("1\n");
      expect(again.events.filter((event) => event.type === "notice" && event.text.includes("failed in"))).toEqual([]);
    },
    SLOW,
  );

  it(
    "is said once and keeps nobody from working",
    async () => {
      await using shell = await keeping({
        script: [bash("echo 1 > a.txt"), say("one"), bash("echo 2 > a.txt"), say("two")],
      });
      writeFileSync(join(shell.home, "checkpoints"), "a file in the way");
      await shell.send("one");
      await shell.send("two");
      expect(readFileSync(join(shell.dir, "a.txt"), "utf8")).toBe("2\n");
      expect(notices(shell)).toHaveLength(1);
      expect(notices(shell)[0]).toMatch(/^Changes of files cannot be undone now: /);
    },
    SLOW,
  );

  it(
    "is made again where somebody has removed it",
    async () => {
      const script = [bash("echo 1 > a.txt"), say("one"), bash("echo 2 > a.txt"), say("two")];
      await using shell = await keeping({ script, files: { "a.txt": "0\n" } });
      await shell.send("one");
      await (await service(shell)).list(shell.session);
      rmSync(join(shell.home, "checkpoints"), { recursive: true });
      await shell.send("two");
      expect(await undo(shell)).toEqual(["a.txt"]);
      expect(readFileSync(join(shell.dir, "a.txt"), "utf8")).toBe("1\n");
    },
    SLOW,
  );

  it(
    "puts nothing back from a copy that is damaged",
    async () => {
      await using shell = await keeping({
        script: [
          call("Read", { file_path: "a.txt" }),
          call("Write", { file_path: "a.txt", content: "new" }),
          say("done"),
        ],
        files: { "a.txt": "old" },
      });
      await shell.send("go");
      const blob = fileIn(shell.home, /blobs\/[0-9a-f]{64}$/);
      chmodSync(blob, 0o600);
      writeFileSync(blob, "evil");
      expect(await undo(shell)).toEqual(["a.txt cannot be put back: the copy of it is gone or damaged."]);
      expect(readFileSync(join(shell.dir, "a.txt"), "utf8")).toBe("new");
    },
    SLOW,
  );

  it.skipIf(process.getuid?.() !== 0)(
    "because the disk is full lets the session go on, and undo works for what was kept",
    async () => {
      using home = temporary();
      const full = join(home.path, "small");
      mkdirSync(full);
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", full], { stdio: "ignore" });
      } catch {
        return; // This place does not let anybody mount.
      }
      try {
        const script = [
          call("Write", { file_path: "a.txt", content: "1" }),
          say("one"),
          bash("echo 2 > big.txt; echo 2 >> b.txt"),
          say("two"),
        ];
        await using shell = await boot({
          plugins: ["checkpoints", "read", "write", "bash"],
          home: full,
          script,
          files: { "big.txt": "x".repeat(400_000), "b.txt": "b" },
        });
        await shell.send("one");
        await shell.send("two");
        expect(readFileSync(join(shell.dir, "b.txt"), "utf8")).toBe("b2\n");
        expect(notices(shell).join()).toContain("the disk is full");
        expect(() => writeFileSync(join(full, "filler"), "x".repeat(200_000))).toThrow("ENOSPC");
        writeFileSync(join(shell.dir, "a.txt"), "y".repeat(50_000));
        await expect(undo(shell, { force: true })).rejects.toThrow(
          "Nothing was put back, as what is there now could not be kept: the disk is full.",
        );
        rmSync(join(full, "filler"));
        writeFileSync(join(shell.dir, "a.txt"), "1");
        writeFileSync(join(shell.dir, "big.txt"), "");
        expect(await undo(shell)).toEqual(["a.txt"]);
      } finally {
        execFileSync("umount", ["-l", full]);
      }
    },
    SLOW,
  );
});

it(
  "A journal that is full is added to no more, which is said, and what it holds is still known",
  async () => {
    const script = [bash("echo 1 > a.txt"), say("one"), bash("echo 2 > b.txt"), say("two")];
    await using shell = await keeping({ script });
    await shell.send("one");
    await (await service(shell)).list(shell.session);
    // Zeros that take no room on the disk; a line in itself, which is skipped.
    const journal = fileIn(shell.home, /journal\.jsonl$/);
    truncateSync(journal, 129 * 1024 * 1024);
    await shell.send("two");
    expect(notices(shell)).toEqual([expect.stringMatching(/journal\.jsonl is larger than 128 MB\.$/)]);
    expect((await (await service(shell)).changes(shell.session)).map(({ title }) => title)).toEqual(["echo 1 > a.txt"]);
  },
  SLOW,
);
