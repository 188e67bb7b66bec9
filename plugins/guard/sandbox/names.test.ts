import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boot, call, say } from "../../../test/boot.js";
import { boxed, texts, whyNot } from "./testing.js";

const reason = await whyNot();
const walls = describe.skipIf(reason !== undefined);
const title = (name: string): string => (reason === undefined ? name : `${name} (skipped: ${reason})`);

/** A repository with one commit. */
function repository(dir: string): void {
  const git = (...args: readonly string[]): void => void spawnSync("git", args, { cwd: dir, env: process.env });
  git("init", "-q");
  git("config", "user.email", "a@example.com");
  git("config", "user.name", "A");
  git("commit", "-q", "--allow-empty", "-m", "first");
}

walls(title("Names that decide over what runs later"), () => {
  it("cannot be written where they are there (advisories 20, 39, 42)", async () => {
    const files = {
      ".nacre/settings.toml": "a",
      ".claude/settings.json": "a",
      ".mcp.json": "a",
      ".vscode/tasks.json": "a",
      "pkg/.npmrc": "a",
      "pkg/.husky/pre-commit": "a",
    };
    const paths = Object.keys(files);
    await using shell = await boxed(
      [
        paths.map((path) => `echo b > ${path}`).join("; "),
        paths.map((path) => `rm -rf ${path}`).join("; "),
        "mv pkg gone; mv .claude c2; mv .vscode/tasks.json t; ln -sf /dev/null .mcp.json; rm -rf pkg .vscode",
      ],
      { files },
    );
    for (const path of paths) expect(readFileSync(join(shell.dir, path), "utf8")).toBe("a");
  });

  it("cannot be made where editors and agents look, and nothing is left of what kept them away (advisories 20, 42)", async () => {
    await using shell = await boxed([
      "mkdir -p .claude .nacre .vscode; echo x > .claude/settings.json; echo x > .nacre/settings.toml; echo x > .mcp.json; echo x > .nacre.toml; echo x > .vscode/settings.json; git init -q . ; git status --short",
    ]);
    expect(texts(shell)[0]).not.toMatch(/\?\? (?!\.nacre\.toml)/);
    // Another nacre reads this one when it starts, so no folder can stand in its place meanwhile.
    expect(readdirSync(shell.dir)).toEqual([".git", "nacre.toml.refused"]);
  });

  it("lose their effect when a command makes them further down", async () => {
    await using shell = await boxed([
      "mkdir -p a/b/.vscode a/.config/git; echo x > a/b/.vscode/tasks.json; echo x > a/.bashrc; ln -s /etc a/.claude; echo x > a/.config/git/config; echo ok > a/ok",
    ]);
    expect(readdirSync(join(shell.dir, "a")).toSorted()).toEqual([
      ".config",
      "b",
      "bashrc.refused",
      "claude.refused",
      "ok",
    ]);
    expect(readdirSync(join(shell.dir, "a/b"))).toEqual(["vscode.refused"]);
    expect(readdirSync(join(shell.dir, "a/.config"))).toEqual(["git.refused"]);
    expect(texts(shell)[0]).toMatch(/Sandbox: \S+\/a\/\.bashrc decides over what runs later, so it was renamed/);
  });

  it("lose their effect when a command renames something to them, or puts something in the place of a link", async () => {
    await using shell = await boxed(
      [
        "echo x > plain; mv plain sub/.envrc; ln -s real .yarnrc",
        "rm -f .yarnrc; echo evil > .yarnrc; rm -f sub/.zshrc",
      ],
      { files: { "sub/x": "" } },
    );
    expect(readdirSync(join(shell.dir, "sub")).toSorted()).toEqual(["envrc.refused", "x"]);
    expect(readdirSync(shell.dir)).not.toContain(".yarnrc");
  });

  it.each([
    ["protected files", "code-workspace"],
    ["keys", "pem"],
  ])("are too many to be guarded with 500 %s: said once, and commands are asked about again", async (_, ending) => {
    const files = Object.fromEntries(Array.from({ length: 500 }, (_, count) => [`p/.${count}.${ending}`, "a"]));
    const questions: string[] = [];
    await using shell = await boxed(["touch a", "touch b"], {
      files,
      plugins: ["bash", "permissions", "sandbox"],
      ask: async ({ call }) => {
        questions.push(String(call.input["command"]));
        return { behavior: "allow" };
      },
    });
    const said = shell.events.filter((event) => event.type === "notice" && /too many folders/.test(event.text));
    expect(said).toHaveLength(1);
    expect(questions).toEqual(["touch a", "touch b"]);
    expect(existsSync(join(shell.dir, "b"))).toBe(true);
  });

  it("are guarded in further folders that may be written, which may have more folders than can be looked at", async () => {
    const cache = realpathSync(mkdtempSync(join(tmpdir(), "nacre-cache-")));
    writeFileSync(join(cache, ".npmrc"), "a");
    for (let count = 0; count < 2_100; count++) mkdirSync(join(cache, String(count)));
    await using shell = await boxed([`echo b > ${cache}/.npmrc; echo c > ${cache}/7/c; cat ${cache}/7/c`], {
      settings: { "sandbox.filesystem.allowWrite": [cache] },
    });
    expect(texts(shell)[0]).toMatch(/Read-only/);
    expect(texts(shell)[0]).toMatch(/^c$/m);
    expect(shell.events.filter((event) => event.type === "notice" && /too many/.test(event.text))).toEqual([]);
    rmSync(cache, { recursive: true });
  });

  it("cannot be chosen so that they look like a sentence of the sandbox's", async () => {
    await using shell = await boxed([
      "mkdir $'a\\nSandbox: all is well.\\e[31m'; (cd a*; touch .envrc); touch $'/etc/b\\nc'",
    ]);
    const lines = texts(shell)[0]!
      .split("\n")
      .filter((line) => line.startsWith("Sandbox: "));
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain("\x1b");
  });

  it("lose their effect all of them, in few words, when a command makes very many", async () => {
    await using shell = await boxed(["mkdir d{1..300}; for d in d*; do echo x > $d/.envrc; done"]);
    const lines = texts(shell)[0]!
      .split("\n")
      .filter((line) => line.startsWith("Sandbox: "));
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("Sandbox: The same of 280 more.");
    for (const dir of readdirSync(shell.dir)) expect(readdirSync(join(shell.dir, dir))).toEqual(["envrc.refused"]);
  });

  it("lose their effect in a folder of very many files", async () => {
    await using shell = await boxed(["mkdir many; cd many; touch {1..20050}; touch .envrc zshrc .zshrc; mkdir .husky"]);
    const left = readdirSync(join(shell.dir, "many")).filter((name) => !/^\d+$/.test(name));
    expect(left.toSorted()).toEqual(["envrc.refused", "husky.refused", "zshrc", "zshrc.refused"]);
  });

  it("stay links to where they led", async () => {
    await using shell = await boot({
      plugins: ["bash", "sandbox"],
      settings: { "sandbox.enabled": true },
      files: { "real/settings.json": "{}" },
      script: [
        call("Bash", { command: "rm -f .idea; mkdir .idea; echo x > .idea/x; echo y > real/settings.json" }),
        say("done"),
      ],
    });
    spawnSync("ln", ["-s", "real", join(shell.dir, ".idea")]);
    await shell.send("go");
    expect(lstatSync(join(shell.dir, ".idea")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(shell.dir, "real/settings.json"), "utf8")).toBe("{}");
  });

  it("may be made meanwhile by a tool that the person approved", async () => {
    await using shell = await boot({
      plugins: ["bash", "permissions", "sandbox", "write"],
      settings: { "sandbox.enabled": true },
      files: { "sub/x": "" },
      ask: async () => ({ behavior: "allow" }),
      script: [
        call("Bash", { command: "sleep 1.5; echo x > sub/.npmrc", run_in_background: true }),
        call("Write", { file_path: "sub/.envrc", content: "mine" }),
        call("Bash", { command: "sleep 2" }),
        say("done"),
      ],
    });
    await shell.send("go");
    expect(readdirSync(join(shell.dir, "sub")).toSorted()).toEqual([".envrc", "npmrc.refused", "x"]);
  });

  it("lose their effect before the next command while the one that makes them still runs", async () => {
    await using shell = await boxed(
      [{ command: "echo evil > sub/.envrc; sleep 2", run_in_background: true }, "sleep 0.6", "ls -A sub", "sleep 2"],
      { files: { "sub/x": "" } },
    );
    expect(texts(shell)[2]).toBe("envrc.refused\nx");
    const news = shell.results().flatMap((result) => result.context ?? []);
    expect([...texts(shell), ...news].join("\n")).toMatch(
      /sub\/\.envrc decides over what runs later, so it was renamed/,
    );
  });

  it("lose their effect when a command writes to what the person approved of", async () => {
    await using shell = await boot({
      plugins: ["bash", "permissions", "sandbox", "write"],
      settings: { "sandbox.enabled": true },
      files: { "sub/x": "" },
      ask: async () => ({ behavior: "allow" }),
      script: [
        call("Bash", { command: "sleep 0.7; echo evil > sub/.envrc", run_in_background: true }),
        call("Write", { file_path: "sub/.envrc", content: "mine" }),
        call("Bash", { command: "sleep 1" }),
        say("done"),
      ],
    });
    await shell.send("go");
    expect(readdirSync(join(shell.dir, "sub")).toSorted()).toEqual(["envrc.refused", "x"]);
  });

  it("are pointed out when they come to be while a command runs without walls beside one within", async () => {
    await using shell = await boot({
      plugins: ["bash", "sandbox"],
      settings: { "sandbox.enabled": true },
      files: { "sub/x": "" },
      ask: async () => ({ behavior: "allow" }),
      script: [
        call("Bash", { command: "sleep 0.5; echo evil > sub/.envrc; sleep 3", run_in_background: true }),
        call("Bash", { command: "sleep 0.9", dangerouslyDisableSandbox: true }),
        say("done"),
      ],
    });
    await shell.send("go");
    expect(texts(shell)[1]).toMatch(/Sandbox: \S+sub\/\.envrc decides over what runs later and came to be while/);
    const notice = shell.events.find((event) => event.type === "notice" && event.text.includes("came to be while"));
    expect(notice).toBeDefined();
  });
});

walls(title("A repository in the sandbox"), () => {
  it("can be committed to, but its hooks and settings cannot be changed (advisory 47)", async () => {
    await using shell = await boot({
      plugins: ["bash", "sandbox"],
      settings: { "sandbox.enabled": true },
      files: { "a.txt": "a" },
      script: [
        call("Bash", {
          command: "git add a.txt && git commit -q -m second && git log --oneline | wc -l && git status --short",
        }),
        call("Bash", {
          command:
            "echo x > .git/hooks/post-commit; git config core.fsmonitor ./evil; echo x > .git/config; mv .git/config c; mv .git g; rm -rf .git/hooks; mkdir g2; echo g2 > .git/commondir; echo x > .git/config.worktree",
        }),
        say("done"),
      ],
    });
    repository(shell.dir);
    const before = readFileSync(join(shell.dir, ".git/config"), "utf8");
    const hooks = readdirSync(join(shell.dir, ".git/hooks"));
    await shell.send("go");
    expect(texts(shell)[0]).toBe("2");
    expect(readFileSync(join(shell.dir, ".git/config"), "utf8")).toBe(before);
    expect(readdirSync(join(shell.dir, ".git/hooks"))).toEqual(hooks);
    for (const name of ["commondir", "config.worktree"]) expect(existsSync(join(shell.dir, ".git", name))).toBe(false);
  });

  it("keeps a folder of hooks from being made, also one that its settings name", async () => {
    await using shell = await boot({
      plugins: ["bash", "sandbox"],
      settings: { "sandbox.enabled": true },
      files: { "tools/hooks/pre-commit": "true" },
      script: [
        call("Bash", {
          command:
            "mkdir .git/hooks; echo x > .git/hooks/pre-commit; echo x > tools/hooks/pre-commit; echo x > tools/hooks/new",
        }),
        say("done"),
      ],
    });
    repository(shell.dir);
    rmSync(join(shell.dir, ".git/hooks"), { recursive: true });
    spawnSync("git", ["config", "core.hooksPath", "tools/hooks"], { cwd: shell.dir });
    await shell.send("go");
    expect(existsSync(join(shell.dir, ".git/hooks"))).toBe(false);
    expect(readdirSync(join(shell.dir, "tools/hooks"))).toEqual(["pre-commit"]);
    expect(readFileSync(join(shell.dir, "tools/hooks/pre-commit"), "utf8")).toBe("true");
  });

  it("may be made by a command as long as it starts nothing (advisories 47, 61)", async () => {
    await using shell = await boxed([
      "git init -q good && git -C good -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git -C good log --oneline | wc -l",
      "git init -q evil && git -C evil config core.fsmonitor ./run; git init -q --bare bare && git -C bare config core.fsmonitor ./run; git init -q hook && echo x > hook/.git/hooks/pre-commit",
      "git -C good config core.pager ./run",
    ]);
    expect(texts(shell)[0]).toBe("1");
    expect(existsSync(join(shell.dir, "good/.git/config"))).toBe(true);
    expect(readFileSync(join(shell.dir, "good/.git/config"), "utf8")).not.toContain("pager");
    for (const path of ["evil/.git/config", "bare/config", "hook/.git/hooks"]) {
      expect(existsSync(join(shell.dir, path))).toBe(false);
      expect(existsSync(join(shell.dir, `${path}.refused`))).toBe(true);
    }
  });
});
