import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import type { Shell } from "../../../test/boot.js";
import { commitAll, keeping, picture, service, temporary, undo } from "./testing.js";

const SLOW = 60_000;
const bash = (command: string) => call("Bash", { command });

function notices({ events }: Shell): readonly string[] {
  return events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
}

async function put(shell: Shell, options: object = {}): Promise<string> {
  const restored = await (await service(shell)).restore(shell.session, undefined, options);
  return [...restored.files.map((path) => `+ ${path}`), ...restored.problems, ...restored.notes]
    .join("\n")
    .replaceAll(`${shell.dir}/`, "");
}

describe("what the person changed since", () => {
  it(
    "is never overwritten silently: that file stays, the others go back, and --force puts it back as well",
    async () => {
      const script = [bash("echo 1 > a.txt; echo 1 > b.txt; echo 1 > new.txt; mkdir d; echo 1 > d/x"), say("done")];
      await using shell = await keeping({ script, files: { "a.txt": "a", "b.txt": "b" } });
      await shell.send("go");
      await (await service(shell)).list(shell.session); // What the command did is written down.
      appendFileSync(join(shell.dir, "a.txt"), "mine");
      appendFileSync(join(shell.dir, "new.txt"), "mine");
      writeFileSync(join(shell.dir, "d/mine"), "mine");
      const said = await put(shell);
      expect(said).toContain("+ b.txt");
      expect(said).toContain("a.txt stays: it has changed since. To put it back anyway, add --force.");
      expect(said).toContain("new.txt stays: it has changed since.");
      expect(said).toContain("The folder d stays: it is not empty.");
      expect(picture(shell.dir)).toMatchObject({
        "a.txt": "644 1\nmine",
        "b.txt": "644 b",
        "new.txt": "644 1\nmine",
        "d/mine": "644 mine",
      });
      await undo(shell, { redo: true });
      await put(shell, { force: true });
      expect(picture(shell.dir)).toEqual({
        "a.txt": "644 a",
        "b.txt": "644 b",
        d: expect.anything(),
        "d/mine": "644 mine",
      });
    },
    SLOW,
  );

  it(
    "between two changes stays as well when both go back",
    async () => {
      const script = [bash("echo 1 >> a.txt"), say("one"), bash("echo 2 >> a.txt"), say("two")];
      await using shell = await keeping({ script, files: { "a.txt": "a\n" } });
      await shell.send("first");
      await (await service(shell)).list(shell.session);
      appendFileSync(join(shell.dir, "a.txt"), "mine\n");
      await shell.send("second");
      const restored = await (await service(shell)).restore(shell.session, shell.session.prompts[0]!.id);
      expect(restored.problems[0]).toContain("a.txt stays: it was changed in between by somebody else.");
      expect(readFileSync(join(shell.dir, "a.txt"), "utf8")).toBe("a\n1\nmine\n2\n");
    },
    SLOW,
  );

  it(
    "never leads a restore out through a link",
    async () => {
      await using shell = await keeping({
        script: [bash("rm d/a.txt; echo 2 > d/b.txt"), say("done")],
        files: { "d/a.txt": "a", "d/b.txt": "b", "../out/b.txt": "theirs" },
      });
      await shell.send("go");
      await (await service(shell)).list(shell.session);
      execFileSync("mv", ["d", "real"], { cwd: shell.dir });
      symlinkSync("../out", join(shell.dir, "d"));
      const said = await put(shell, { force: true });
      expect(said).toContain("d/a.txt stays as it is: a folder on the way to it is");
      expect(picture(join(shell.dir, "../out"))).toEqual({ "b.txt": "644 theirs" });
    },
    SLOW,
  );

  it(
    "never leads a restore out through a link further up",
    async () => {
      await using shell = await keeping({
        script: [bash("echo 2 > d/e/b.txt; rm d/e/c.txt"), say("done")],
        files: { "d/e/b.txt": "b", "d/e/c.txt": "c", "../out/e/b.txt": "theirs" },
      });
      await shell.send("go");
      await (await service(shell)).list(shell.session);
      execFileSync("mv", ["d", "real"], { cwd: shell.dir });
      symlinkSync("../out", join(shell.dir, "d"));
      const said = await put(shell, { force: true });
      expect(said).toContain("d/e/c.txt stays as it is: a folder on the way to it is not the one it was.");
      expect(picture(join(shell.dir, "../out/e"))).toEqual({ "b.txt": "644 theirs" });
    },
    SLOW,
  );
});

describe("what could not be put back", () => {
  it(
    "because it was changed since is what a forced undo means, and the next undo goes on with the change before",
    async () => {
      const script = [bash("echo 1 > c.txt"), bash("echo 1 > a.txt; echo 1 > b.txt"), say("done")];
      await using shell = await keeping({ script, files: { "a.txt": "a", "b.txt": "b", "c.txt": "c" } });
      await shell.send("go");
      await (await service(shell)).list(shell.session);
      writeFileSync(join(shell.dir, "b.txt"), "mine");
      expect(await put(shell)).toMatch(/^\+ a\.txt\nb\.txt stays: it has changed since/);
      expect(await put(shell, { force: true })).toBe("+ b.txt");
      expect(await put(shell)).toBe("+ c.txt");
      expect(await put(shell, { redo: true })).toBe("+ c.txt");
      expect(await put(shell, { redo: true })).toBe("+ b.txt");
      expect(readFileSync(join(shell.dir, "b.txt"), "utf8")).toBe("mine");
    },
    SLOW,
  );

  it.skipIf(process.getuid?.() !== 0)(
    "because the disk is full is put back by the next undo",
    async () => {
      using place = temporary();
      const dir = join(place.path, "small");
      mkdirSync(dir);
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=400k", "tmpfs", dir], { stdio: "ignore" });
      } catch {
        return; // This place does not let anybody mount.
      }
      try {
        writeFileSync(join(dir, "large.txt"), "x".repeat(150_000));
        await using shell = await keeping({ dir, script: [bash("rm large.txt"), say("done")] });
        await shell.send("go");
        await (await service(shell)).list(shell.session);
        expect(() => writeFileSync(join(dir, "mine"), "x".repeat(500_000))).toThrow("ENOSPC");
        expect(await put(shell)).toBe("large.txt stays as it is: the disk is full.");
        rmSync(join(dir, "mine"));
        expect(await put(shell)).toBe("+ large.txt");
        expect(picture(dir)).toEqual({ "large.txt": `644 ${"x".repeat(150_000)}` });
      } finally {
        execFileSync("umount", ["-l", dir]);
      }
    },
    SLOW,
  );
});

describe("limits", () => {
  it(
    "leave large files out, and say so",
    async () => {
      const script = [bash("echo 1 >> large.txt; echo 1 >> small.txt"), say("done")];
      await using shell = await keeping({
        script,
        settings: { "checkpoints.maxFileMb": 0.001 },
        files: { "large.txt": "x".repeat(2000), "small.txt": "" },
      });
      await shell.send("go");
      expect(await undo(shell)).toEqual(["small.txt", "Cannot be put back: large.txt (it is larger than 0 MB)."]);
      expect(notices(shell)).toEqual([expect.stringContaining("Changes of Bash that cannot be undone: large.txt")]);
    },
    SLOW,
  );

  it(
    "keep a new file that is too large to be brought back, and say so",
    async () => {
      const script = [bash("head -c 2000 /dev/zero > large.txt; echo 1 > small.txt"), say("done")];
      await using shell = await keeping({ script, settings: { "checkpoints.maxFileMb": 0.001 } });
      await shell.send("go");
      expect(await undo(shell)).toEqual([
        "small.txt",
        "large.txt stays: it is larger than 0 MB, so that it could not be brought back. To remove it anyway, add --force.",
      ]);
      expect(notices(shell)).toEqual([expect.stringContaining("Changes of Bash that cannot be undone: large.txt")]);
    },
    SLOW,
  );

  it(
    "remove the oldest copies when a session has too many, and say so",
    async () => {
      const script = [1, 2, 3, 4].flatMap((round) => [
        call("Write", { file_path: "a.bin", content: `${round}`.repeat(600_000) }),
        say("done"),
      ]);
      await using shell = await keeping({ script, settings: { "checkpoints.maxSessionMb": 1 }, files: {} });
      for (let round = 0; round < 4; round++) await shell.send("go");
      expect(notices(shell)).toEqual([
        expect.stringContaining("cannot be undone any more: copies were removed to make room"),
      ]);
      expect(await undo(shell)).toEqual(["a.bin"]);
      const blobs = readdirSync(join(shell.home, "checkpoints"), { recursive: true });
      expect(blobs.filter((name) => /[0-9a-f]{64}$/.test(String(name))).length).toBeLessThanOrEqual(3);
    },
    SLOW,
  );

  it.each([true, false])(
    "end the looking at folders with very many files (repository: %s), and say so once",
    async (repository) => {
      const script = [
        bash("echo 1 >> a.txt"),
        say("one"),
        bash("echo 1 >> a.txt"),
        call("Write", { file_path: "b.txt", content: "b" }),
        say("two"),
      ];
      await using shell = await keeping({ script, settings: { "checkpoints.maxFiles": 100 }, files: { "a.txt": "" } });
      if (repository) commitAll(shell.dir);
      mkdirSync(join(shell.dir, "many"));
      for (let place = 0; place < 150; place++) writeFileSync(join(shell.dir, `many/${place}`), "");
      await shell.send("one");
      await shell.send("two");
      expect(notices(shell)).toEqual([
        expect.stringMatching(/^What commands change in .* cannot be undone: it holds too much/),
      ]);
      expect(await undo(shell)).toEqual(["b.txt"]);
      await expect(undo(shell)).rejects.toThrow("nothing to undo");
    },
    SLOW,
  );

  it(
    "keep out of pipes, sockets and devices, and of circles of links",
    async () => {
      const command = "mkfifo pipe2; rm pipe; ln -s loop2 loop1; ln -s loop1 loop2; echo 1 > a.txt";
      await using shell = await keeping({ script: [bash(command), say("done")], files: { "a.txt": "a" } });
      execFileSync("mkfifo", ["pipe"], { cwd: shell.dir });
      const server = createServer().listen(join(shell.dir, "socket"));
      symlinkSync("..", join(shell.dir, "up"));
      await shell.send("go");
      const said = await put(shell);
      server.close();
      expect(said).toContain("+ a.txt");
      expect(said).toContain("+ loop1");
      expect(said).toContain("pipe stays: it was no file");
      expect(readFileSync(join(shell.dir, "a.txt"), "utf8")).toBe("a");
    },
    SLOW,
  );

  it.each([
    { what: "what is older than is kept", seconds: 1, settings: {} },
    {
      what: "the oldest beyond what all may have",
      seconds: Date.now() / 1000 - 7_200,
      settings: { "checkpoints.maxTotalMb": 1 },
    },
  ])(
    "remove $what",
    async ({ seconds, settings }) => {
      using home = temporary();
      const script = [bash("echo 1 >> a.txt"), say("done")];
      const options = { home: join(home.path, ".nacre"), script, settings, files: { "a.txt": "a".repeat(1_200_000) } };
      {
        await using old = await keeping(options);
        await old.send("go");
      }
      const journal = readdirSync(options.home, { recursive: true, encoding: "utf8" }).find(
        (name) => name.endsWith("journal.jsonl") && name.includes("checkpoints"),
      )!;
      utimesSync(join(options.home, journal), seconds, seconds);
      await using shell = await keeping(options);
      await shell.send("go");
      await expect.poll(() => existsSync(join(options.home, journal))).toBe(false);
      expect(await undo(shell)).toEqual(["a.txt"]);
    },
    SLOW,
  );
});
