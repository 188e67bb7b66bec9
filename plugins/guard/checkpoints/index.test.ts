import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { commitAll, git, keeping, picture, service, temporary, undo } from "./testing.js";

const bash = (command: string) => call("Bash", { command });

describe("what a tool changes", () => {
  it("is put back by an undo, one change after the other, and a redo does it again", async () => {
    const write = call("Write", { file_path: "new/deep/b.txt", content: "b\n" });
    const edit = call("Edit", { file_path: "a.txt", old_string: "one", new_string: "two" });
    const script = [call("Read", { file_path: "a.txt" }), edit, write, say("done")];
    await using shell = await keeping({ script, files: { "a.txt": "one\n" } });
    const before = picture(shell.dir);
    await shell.send("go");
    const after = picture(shell.dir);
    expect(await undo(shell)).toEqual(["new", "new/deep", "new/deep/b.txt"]);
    expect(await undo(shell)).toEqual(["a.txt"]);
    expect(picture(shell.dir)).toEqual(before);
    await expect(undo(shell)).rejects.toThrow("There is nothing to undo");
    expect(await undo(shell, { redo: true })).toEqual(["a.txt"]);
    expect(await undo(shell, { redo: true })).toHaveLength(3);
    expect(picture(shell.dir)).toEqual(after);
    await expect(undo(shell, { redo: true })).rejects.toThrow("There is nothing to redo");
  });

  it("keeps its rights, and a link that was written through stays a link", async () => {
    const script = [
      [call("Read", { file_path: "run.sh" }), call("Read", { file_path: "link" })],
      call("Edit", { file_path: "run.sh", old_string: "echo", new_string: "exit" }),
      call("Edit", { file_path: "link", old_string: "x", new_string: "y" }),
      say("done"),
    ];
    await using shell = await keeping({
      script: [bash("chmod 750 run.sh; ln -s real.txt link"), say("made"), ...script],
      files: { "run.sh": "echo\n", "real.txt": "x\n" },
    });
    await shell.send("prepare");
    const before = picture(shell.dir);
    await shell.send("go");
    expect(await undo(shell)).toEqual(["real.txt"]);
    expect(await undo(shell)).toEqual(["run.sh"]);
    expect(picture(shell.dir)).toEqual(before);
  });

  it("belongs to the parent's checkpoint when an agent did it", async () => {
    const write = call("Write", { file_path: "made.txt", content: "x" });
    await using shell = await keeping({
      plugins: ["subagents"],
      script: [call("Agent", { description: "d", prompt: "p" }), say("done")],
      agents: { "general-purpose": [write, say("agent done")] },
    });
    await shell.send("go");
    expect(existsSync(join(shell.dir, "made.txt"))).toBe(true);
    const [point] = await (await service(shell)).list(shell.session);
    expect(point).toMatchObject({ title: "go", files: 1 });
    expect(await undo(shell)).toEqual(["made.txt"]);
    expect(picture(shell.dir)).toEqual({});
  });

  it("is followed by no look and no import when it only reads", async () => {
    await using shell = await keeping({
      script: [call("Read", { file_path: "a.txt" }), say("done")],
      files: { "a.txt": "" },
    });
    await shell.send("go");
    const state = shell.kernel.plugins.find(({ plugin }) => plugin.name === "checkpoints")?.state;
    expect(state).toBe("listed");
    expect(existsSync(join(shell.home, "checkpoints"))).toBe(false);
  });

  it("is not kept where that is switched off, or nothing of a session is to be written", async () => {
    for (const settings of [{ "checkpoints.enabled": false }, { "transcript.persist": false }]) {
      await using shell = await keeping({ settings, script: [bash("echo x > x"), say("done")] });
      await shell.send("go");
      await expect(undo(shell)).rejects.toThrow("nothing to undo");
    }
  });

  it("stands in nacre's home for nobody else to read", async () => {
    await using shell = await keeping({ script: [bash("echo x > a.txt"), say("done")], files: { "a.txt": "old" } });
    await shell.send("go");
    await (await service(shell)).list(shell.session);
    const open = readdirSync(join(shell.home, "checkpoints"), { recursive: true, withFileTypes: true });
    expect(open.length).toBeGreaterThan(3);
    for (const one of open) {
      const mode = statSync(join(one.parentPath, one.name)).mode & 0o777;
      expect(mode).toBe(one.isDirectory() ? 0o700 : 0o600);
    }
  });
});

const COMMANDS: readonly (readonly [what: string, command: string])[] = [
  ["changes of tracked, changed and unknown files", "echo 1 >> clean.txt; echo 2 >> dirty.txt; echo 3 >> unknown.txt"],
  ["deleted files and folders", "rm -r clean.txt dirty.txt unknown.txt dir"],
  ["made files and folders", "mkdir -p x/y/empty; echo 1 > x/y/z; echo 2 > dir/new"],
  ["renamed files and folders", "mv clean.txt moved.txt; mv dir other; mv unknown.txt other/"],
  [
    "rights and links",
    "chmod +x clean.txt dirty.txt; chmod 600 unknown.txt; ln -sf dirty.txt link; ln -s nowhere dangling; rm dir/link",
  ],
  [
    "a file that becomes a folder and a folder that becomes a file",
    "rm clean.txt && mkdir clean.txt && echo 1 > clean.txt/in; rm -r dir && echo 2 > dir",
  ],
  ["a folder that becomes a link to a copy of it", "cp -a dir copy; rm -r dir; ln -s copy dir"],
  ["a folder that moves behind a link", "mkdir in; mv dir in; ln -s in/dir dir"],
  ["binary content", "head -c 5000 /dev/urandom > binary; head -c 100 /dev/urandom > new.bin"],
  [
    "odd names",
    String.raw`printf x > "$(printf 'a\nb')"; printf x > ./-rf; printf x > "$(printf 'bad\377name')"; printf 2 > '-odd'; rm "$(printf 'new\nline')" "$(printf 'un\377known')"`,
  ],
  ["what git ignores one by one", "echo SECRET=2 > .env; echo y > .env.new"],
  ["nothing", "touch clean.txt dirty.txt; ls > /dev/null"],
];

const FILES = {
  "clean.txt": "clean\n",
  "dirty.txt": "dirty\n",
  binary: Buffer.from([0, 1, 2, 255, 0]),
  "-odd": "1",
  "new\nline": "1",
  "dir/inner/deep.txt": "deep\n",
  "dir/link-target": "",
  "run.sh": "#!/bin/sh\n",
  ".gitignore": ".env*\nbuilt/\n",
  "built/out": "1",
};

describe.each([
  { where: "in a repository", repository: true },
  { where: "in a plain folder", repository: false },
])("what a command changes $where", ({ repository }) => {
  it.each(COMMANDS)("is put back: %s", async (_what, command) => {
    await using shell = await keeping({ script: [bash(command), say("done")], files: FILES });
    symlinkSync("../run.sh", join(shell.dir, "dir/link"));
    symlinkSync(".", join(shell.dir, "loop"));
    if (repository) commitAll(shell.dir);
    writeFileSync(join(shell.dir, "dirty.txt"), "dirtier\n");
    writeFileSync(join(shell.dir, "unknown.txt"), "unknown\n");
    writeFileSync(join(shell.dir, ".env"), "SECRET=1\n");
    writeFileSync(Buffer.concat([Buffer.from(`${shell.dir}/un`), Buffer.of(255), Buffer.from("known")]), "1");
    const before = picture(shell.dir);
    await shell.send("go");
    expect(shell.result(0).isError).toBe(false);
    const after = picture(shell.dir);
    if (command.startsWith("touch")) {
      await expect(undo(shell)).rejects.toThrow("nothing to undo");
      return;
    }
    expect(after).not.toEqual(before);
    await undo(shell);
    expect(picture(shell.dir)).toEqual(before);
    await undo(shell, { redo: true });
    expect(picture(shell.dir)).toEqual(after);
    expect(shell.events.filter(({ type }) => type === "notice")).toEqual([]);
  });

  it("is put back of hundreds of files at once", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, place) => [`f/${place % 20}/${place}.txt`, `${place}\n`]),
    );
    const command = "for f in f/*/*.txt; do echo more >> $f; done; rm -r f/7";
    await using shell = await keeping({ script: [bash(command), say("done")], files });
    if (repository) commitAll(shell.dir);
    const before = picture(shell.dir);
    await shell.send("go");
    await undo(shell);
    expect(picture(shell.dir)).toEqual(before);
  }, 60_000);
});

describe.each([
  { where: "below the folder", home: ".nacre", store: ".nacre" },
  { where: "below the folder, through a link", home: ".nacre", store: "store" },
  { where: "the folder itself", home: ".", store: "." },
])("nacre's own home, where it is $where", ({ home, store }) => {
  it.each([true, false])("is not taken for the work of a command (repository: %s)", async (repository) => {
    using place = temporary();
    const dir = place.path;
    mkdirSync(join(dir, store), { recursive: true });
    if (home !== store) symlinkSync(store, join(dir, home));
    writeFileSync(join(dir, "a.txt"), "zero\n");
    if (repository) commitAll(dir);
    const script = ["one", "two", "three"].map((word) => bash(`echo ${word} > a.txt`));
    await using shell = await keeping({ dir, home: join(dir, home), script: [...script, say("done")] });
    await shell.send("go");
    const all = await (await service(shell)).changes(shell.session);
    expect(all.map(({ files }) => files)).toEqual([1, 2, 3].map(() => [join(dir, "a.txt")]));
    for (const text of ["two\n", "one\n", "zero\n"]) {
      expect(await undo(shell)).toEqual(["a.txt"]);
      expect(readFileSync(join(dir, "a.txt"), "utf8")).toBe(text);
    }
  });
});

describe("commands that git itself is changed by", () => {
  it.each([
    ["a commit", "git add -A && git commit -qm second && echo later >> a.txt"],
    ["a checkout", "git checkout -q other && echo later >> a.txt"],
    ["a stash", "git stash -q"],
    ["a hard reset", "git reset -q --hard"],
    ["files taken out of the index", "git rm -q --cached a.txt; rm a.txt"],
    ["new rules about what is ignored", "echo a.txt > .gitignore; git rm -qf b.txt; echo 1 > c.txt"],
  ])("are taken back as far as files go: %s", async (_what, command) => {
    const identity = {
      GIT_AUTHOR_NAME: "t",
      GIT_AUTHOR_EMAIL: "t@example.org",
      GIT_COMMITTER_NAME: "t",
      GIT_COMMITTER_EMAIL: "t@example.org",
    };
    const env = { PATH: process.env["PATH"], HOME: "/nonexistent", ...identity };
    await using shell = await keeping({
      env,
      script: [bash(command), say("done")],
      files: { "a.txt": "a\n", "b.txt": "b\n" },
    });
    commitAll(shell.dir);
    git(shell.dir, "checkout", "-q", "-b", "other");
    writeFileSync(join(shell.dir, "a.txt"), "other\n");
    git(shell.dir, "commit", "-qam", "other");
    git(shell.dir, "checkout", "-q", "-");
    writeFileSync(join(shell.dir, "b.txt"), "changed\n");
    const before = picture(shell.dir);
    await shell.send("go");
    expect(shell.result(0)).toMatchObject({ isError: false });
    await undo(shell);
    expect(picture(shell.dir)).toEqual(before);
  });

  it("leave a repository that they make as it is", async () => {
    const script = [bash("mkdir n && cd n && git init -q && echo 1 > f"), say("done")];
    await using shell = await keeping({ script, files: { "a.txt": "" } });
    commitAll(shell.dir);
    await shell.send("go");
    await undo(shell).catch(() => {});
    expect(git(join(shell.dir, "n"), "status", "--porcelain")).toBe("?? f\n");
  });

  it("never remove what was there before, out of sight of git", async () => {
    const command = "echo > .gitignore; rm -rf nested/.git";
    await using shell = await keeping({
      script: [bash(command), say("done")],
      files: { ".gitignore": "built/\nlocal\n", "built/out": "1", local: "mine" },
    });
    commitAll(shell.dir);
    mkdirSync(join(shell.dir, "nested"));
    git(join(shell.dir, "nested"), "init", "-q");
    writeFileSync(join(shell.dir, "nested/file"), "theirs");
    await new Promise((resolve) => setTimeout(resolve, 50));
    await shell.send("go");
    await undo(shell, { force: true });
    expect(readFileSync(join(shell.dir, ".gitignore"), "utf8")).toBe("built/\nlocal\n");
    for (const path of ["built/out", "local", "nested/file"]) expect(existsSync(join(shell.dir, path))).toBe(true);
  });
});
