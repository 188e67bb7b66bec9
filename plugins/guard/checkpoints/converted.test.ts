import { appendFileSync, existsSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { commitAll, git, keeping, picture, undo } from "./testing.js";

const ATTRIBUTES = [
  "*.bat text eol=crlf",
  "*.id ident",
  "*.enc working-tree-encoding=UTF-16",
  "*.rot filter=rot",
  "sub/* eol=crlf",
].join("\n");
const FILES = {
  "a.bat": "one\r\ntwo\r\nthree",
  "b.txt": "one\ntwo\n",
  "c.id": "$Id$\n",
  "e.enc": Buffer.from("\ufeffone\n", "utf16le"),
  "f.rot": "secret\n",
  "sub/g.txt": "one\r\n\r\ntwo\r\n",
  "bin.bin": Buffer.from([0, 13, 10, 10, 0]),
};

/** Has git write every file anew, in the form that it has on disk. */
function checkedOut(dir: string): void {
  commitAll(dir);
  for (const name of Object.keys(FILES)) rmSync(join(dir, name));
  git(dir, "checkout", "-q", "--", ".");
}

const COMMANDS = [
  "for f in *.* sub/*; do printf x >> $f; done",
  "rm -rf *.* sub",
  "for f in *.* sub/*; do tr -d '\\r' < $f > t; cat t > $f; done; rm t",
  "mkdir m; mv *.bat *.rot sub m",
];

describe.each([
  ["attributes", { ".gitattributes": ATTRIBUTES }, "false"],
  ["core.autocrlf", {}, "true"],
  ["both", { ".gitattributes": ATTRIBUTES }, "input"],
])("In a repository that converts files by %s", (_what, more, autocrlf) => {
  it.each(COMMANDS)("what a command changes is put back byte for byte: %s", async (command) => {
    await using shell = await keeping({
      script: [call("Bash", { command }), say("done")],
      files: { ...FILES, ...more },
    });
    const { dir } = shell;
    git(dir, "init", "-q");
    git(dir, "config", "core.autocrlf", autocrlf);
    for (const how of ["clean", "smudge"]) git(dir, "config", `filter.rot.${how}`, "tr a-z b-za");
    checkedOut(dir);
    // What git calls unchanged after it was written with other line ends.
    writeFileSync(join(dir, "sub/g.txt"), "one\n\ntwo\n");
    const canary = `${dir}-ran`;
    for (const how of ["clean", "smudge"]) git(dir, "config", `filter.rot.${how}`, `touch ${canary}; cat`);
    const before = picture(dir);
    await shell.send("go");
    const after = picture(dir);
    expect(after).not.toEqual(before);
    await undo(shell);
    expect(picture(dir)).toEqual(before);
    await undo(shell, { redo: true });
    expect(picture(dir)).toEqual(after);
    expect(existsSync(canary)).toBe(false);
    expect(shell.events.filter(({ type }) => type === "notice")).toEqual([]);
  });
});

it("What has line ends of both kinds is said not to be put back.", async () => {
  await using shell = await keeping({
    script: [call("Bash", { command: "echo x > mixed.bat" }), say("done")],
    files: { ".gitattributes": ATTRIBUTES, "mixed.bat": "one\r\ntwo\nthree\r\n" },
  });
  utimesSync(join(shell.dir, "mixed.bat"), 1e9, 1e9);
  commitAll(shell.dir);
  await shell.send("go");
  await expect(undo(shell)).rejects.toThrow("nothing to undo");
  expect(JSON.stringify(shell.events)).toContain("mixed.bat (git stores it in another form than it had)");
});

it("Files that are converted are known again when another command has changed the index.", async () => {
  const commit = "git add -A && git -c user.name=t -c user.email=t@example.org commit -qm x";
  const commands = ["printf 'one\\r\\n' > new.bat", commit, "echo x > new.bat; echo x > f.rot"];
  await using shell = await keeping({
    script: [...commands.map((command) => call("Bash", { command })), say("done")],
    files: { "a.txt": "a\n" },
  });
  const { dir } = shell;
  commitAll(dir);
  appendFileSync(join(dir, ".gitattributes"), "*.bat eol=crlf\n*.rot filter=rot\n");
  writeFileSync(join(dir, "f.rot"), "y\n");
  await shell.send("go");
  await undo(shell);
  expect(picture(dir)).toMatchObject({ "new.bat": "644 one\r\n", "f.rot": "644 y\n" });
});
