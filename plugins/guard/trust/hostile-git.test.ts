import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { House } from "./testing.js";

let house: House;
beforeEach(() => void (house = new House()));
afterEach(() => house[Symbol.dispose]());

const done = { text: "done" };
const CANARIES = "fsmonitor hooks ssh pager diff askpass editor alias gpg filter credential email yarn bin".split(" ");

/** A program that leaves a canary. */
function program(path: string, name: string): string {
  house.write(path, `#!/bin/sh\n${house.canary(name)}\n`, 0o755);
  return house.at(path);
}

/** A repository whose own files name a program wherever git would take one. */
function hostileRepository(): void {
  house.git("init", "-q", "-b", "main");
  house.write("a.txt", "one\n");
  house.write(".gitattributes", "*.txt filter=evil diff=evil\n");
  house.git("add", ".");
  house.git("commit", "-q", "-m", "first");
  const evil = (name: string): string => program(`.evil/${name}`, name);
  for (const hook of ["post-checkout", "pre-commit", "post-index-change", "reference-transaction", "post-merge"]) {
    program(`.evil/hooks/${hook}`, "hooks");
    program(`.git/hooks/${hook}`, "hooks");
  }
  appendFileSync(
    house.at(".git/config"),
    `
[core]
  fsmonitor = ${evil("fsmonitor")}
  hooksPath = ${house.at(".evil/hooks")}
  sshCommand = ${evil("ssh")}
  pager = ${evil("pager")}
  askPass = ${evil("askpass")}
  editor = ${evil("editor")}
[diff]
  external = ${evil("diff")}
[alias]
  status = !${evil("alias")}
[gpg]
  program = ${evil("gpg")}
[filter "evil"]
  clean = ${evil("filter")}
  smudge = ${evil("filter")}
[credential]
  helper = ${evil("credential")}
[user]
  email = "$(${house.canary("email")})"
[remote "origin"]
  url = ssh://evil.invalid/x
  promisor = true
`,
  );
  house.write("a.txt", "two\n");
}

describe("A repository whose settings name programs", () => {
  it("runs none of them when nacre starts, answers, reports or looks around (advisories 6, 47, 61)", async () => {
    hostileRepository();
    const lines = [
      ["doctor"],
      ["trust", "show"],
      ["plugin", "list"],
      ["skill", "list"],
      ["config", "list"],
      ["--help"],
    ];
    for (const words of lines) await house.nacre(words);
    expect((await house.ask([done])).stdout).toBe("done\n");
    await house.ask(
      [
        { call: { name: "Git", input: { args: ["status"] } } },
        { call: { name: "Git", input: { args: ["diff"] } } },
        { call: { name: "Git", input: { args: ["log", "-p", "--show-signature"] } } },
        { call: { name: "Grep", input: { pattern: "two" } } },
        { call: { name: "Write", input: { file_path: "b.txt", content: "x" } } },
        done,
      ],
      "--permission-mode",
      "acceptEdits",
    );
    await house.ask([done], "--trust-workspace");
    expect(CANARIES.filter((name) => house.sang(name))).toEqual([]);
    house.git("status");
    expect(house.sang("fsmonitor")).toBe(true); // What a git that trusts would have run.
  }, 60_000);

  it("runs none of them when nacre commits or makes a copy for an agent, once it is trusted, but its filters (advisories 47, 61)", async () => {
    hostileRepository();
    const agent = { description: "d", prompt: "Say done.", isolation: "worktree" };
    const turns = [
      { call: { name: "Agent", input: { subagent_type: "w", description: "d", prompt: "go" } } },
      done,
      done,
    ];
    const flags = ["--trust-workspace", "--agents", JSON.stringify({ w: agent }), "--permission-mode", "acceptEdits"];
    await house.ask(turns, ...flags);
    expect(house.sang("filter")).toBe(true); // The copy was made, with what makes its files what they are.
    await house.nacre([
      "-p",
      "/commit",
      "--trust-workspace",
      "--provider",
      "scripted",
      "--script",
      join(house.base, "turns.json"),
    ]);
    expect(CANARIES.filter((name) => house.sang(name) && name !== "filter")).toEqual([]);
  }, 60_000);

  it("is not taken for one where a folder merely looks like one (advisory 61)", async () => {
    const evil = program("evil.sh", "fsmonitor");
    for (const dir of ["objects", "refs"]) mkdirSync(house.at(`bare/${dir}`), { recursive: true });
    house.write("bare/HEAD", "ref: refs/heads/main\n");
    house.write("bare/config", `[core]\n  bare = false\n  worktree = ${house.at("bare")}\n  fsmonitor = ${evil}\n`);
    const cwd = house.at("bare");
    for (const words of [["doctor"], ["trust", "show"]]) await house.nacre(words, { cwd });
    const turns = join(house.base, "turns.json");
    writeFileSync(turns, JSON.stringify([{ call: { name: "Git", input: { args: ["status"] } } }, done]));
    await house.nacre(["-p", "go", "--provider", "scripted", "--script", turns], { cwd });
    expect(house.sang("fsmonitor")).toBe(false);
  });
});

describe("A project that brings programs with known names", () => {
  it("has none of them run: not by package tools, not by their names (advisories 8, 11)", async () => {
    for (const name of ["git", "rg", "bwrap", "socat", "gh", "node", "npm", "yarn", "pnpm"]) {
      program(`node_modules/.bin/${name}`, "bin");
      program(name, "bin");
    }
    program(".yarn/releases/yarn.cjs", "yarn");
    house.write(".yarnrc.yml", "yarnPath: .yarn/releases/yarn.cjs\nplugins: [./.yarn/releases/yarn.cjs]\n");
    house.write(".yarnrc", "yarn-path .yarn/releases/yarn.cjs\n");
    house.write("package.json", {
      name: "x",
      packageManager: "yarn@4.0.0",
      scripts: { preinstall: house.canary("yarn") },
    });
    const before = process.env["PATH"];
    process.env["PATH"] = [".", "node_modules/.bin", house.at("node_modules/.bin"), before].join(":");
    const cwd = process.cwd();
    try {
      process.chdir(house.dir);
      for (const words of [["doctor"], ["trust", "show"]]) await house.nacre(words);
      await house.ask([
        { call: { name: "Grep", input: { pattern: "x" } } },
        { call: { name: "Git", input: { args: ["status"] } } },
        done,
      ]);
    } finally {
      process.chdir(cwd);
      process.env["PATH"] = before;
    }
    expect([house.sang("bin"), house.sang("yarn")]).toEqual([false, false]);
  });
});
