import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { command, json, kept, keeping, lastText, own, pass, ran, until, withHooks } from "./testing.js";

describe("CwdChanged", () => {
  it("fires when the working folder moves", async () => {
    const hooks = { CwdChanged: command(keeping("in")) };
    await using shell = await withHooks(hooks, {
      plugins: ["bash", pass],
      files: { "sub/x": "" },
      script: [call("Bash", { command: "cd sub" }), say("ok")],
    });
    await shell.send("go");
    await until(() => ran(shell).length > 0);
    expect(kept(shell, "in")).toMatchObject([{ old_cwd: shell.dir, new_cwd: join(shell.dir, "sub") }]);
  });
});

describe("DirectoryAdded", () => {
  it("fires before the next request when a folder was added", async () => {
    const hooks = { DirectoryAdded: command(`${keeping("in")}; ${json({ systemMessage: "It is read-only." })}`) };
    await using shell = await withHooks(hooks, { script: [say("ok"), say("ok")] });
    const folder = join(shell.home, "other");
    mkdirSync(folder);
    shell.session.addFolder(folder);
    await shell.send("go");
    expect(kept(shell, "in")).toMatchObject([{ directory: realpathSync(folder), source: "slash_command" }]);
    await shell.send("go on");
    expect(lastText(shell)).toContain("DirectoryAdded hook: It is read-only.");
  });
});

describe("FileChanged", () => {
  it("fires for files that its matcher names and for those that hooks ask for", async () => {
    const output = json(own("SessionStart", { watchPaths: ["{DIR}/other.txt"] })).replace("{DIR}", `'"$PWD"'`);
    const hooks = {
      FileChanged: [...command(keeping("in"), {}, ".env|.envrc"), ...command(keeping("all"))],
      SessionStart: command(output),
    };
    await using shell = await withHooks(hooks, { files: { ".env": "A=1" } });
    writeFileSync(join(shell.dir, ".env"), "A=2 and more");
    writeFileSync(join(shell.dir, "unwatched"), "x");
    writeFileSync(join(shell.dir, "other.txt"), "x");
    await until(() => ran(shell).filter(({ event }) => event === "FileChanged").length >= 3);
    expect(kept(shell, "in")).toMatchObject([{ file_path: join(shell.dir, ".env"), event: "change" }]);
    expect(kept(shell, "all").map((one) => [one["file_path"], one["event"]])).toContainEqual([
      join(shell.dir, "other.txt"),
      "add",
    ]);
  });
});

describe("Notification", () => {
  it("fires when a question has waited six seconds for a person", { timeout: 15_000 }, async () => {
    const ask = async (): Promise<{ behavior: "allow" }> => {
      await until(() => ran(shell).length > 0, 10_000);
      return { behavior: "allow" };
    };
    const script = [call("Bash", { command: "touch x" }), say("ok")];
    const shell = await withHooks(
      { Notification: command(keeping("in"), {}, "permission_prompt") },
      { plugins: ["bash", "permissions"], script, ask },
    );
    await using _ = shell;
    await shell.send("go");
    expect(kept(shell, "in")).toMatchObject([
      { notification_type: "permission_prompt", message: "nacre needs your permission to use Bash" },
    ]);
  });
});
