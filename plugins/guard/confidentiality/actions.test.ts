import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { boot } from "../../../test/boot.js";
import { git, KEY, run, staged, TERMS } from "./testing.js";

describe("What is done about a term", () => {
  it("is masked where that was asked for, and what is left is what runs and is told", async () => {
    const { result, got } = await run("WebFetch", { url: "https://db.corp.example/x", prompt: "host db.corp.example" });
    expect(result.isError).toBe(false);
    expect(got).toEqual([{ url: "https://REDACTED/x", prompt: "host REDACTED" }]);
    const commit = await run("Bash", { command: "git commit -q --allow-empty -m 'moved to db.corp.example'" });
    expect(commit.log).toMatch(/^A moved to REDACTED/);
  });

  it("that cannot be masked, as it stands in a file, is refused", async () => {
    const { refused } = await run(
      "Git",
      { args: ["commit", "-m", "x"] },
      { prepare: staged("b.txt", "db.corp.example\n") },
    );
    expect(refused).toContain("host in the staged change of b.txt, line 1");
  });

  it("is asked about where that was asked for, whatever a rule or the mode allows", async () => {
    const input = { args: ["commit", "-q", "--allow-empty", "-m", "Mend SEC-123"] };
    const no = await run("Git", input, { ask: false });
    expect(no.asked).toEqual(["Confidential: ticket in the message, line 1."]);
    expect(no.result.isError).toBe(true);
    const yes = await run("Git", input, { ask: true });
    expect(yes.log).toContain("Mend SEC-123");
    const nobody = await run("Git", input);
    expect(nobody.refused).toMatch(/Nobody could be asked/);
  });

  it("never touches who wrote something", async () => {
    const { log } = await run("Git", {
      args: ["commit", "-q", "--allow-empty", "--author=Bluebirdson <b@x.org>", "-m", "x"],
    });
    expect(log).toMatch(/^Bluebirdson x/);
  });
});

describe("Who something is by", () => {
  const author = "A <a@db.corp.example>";
  it.each<[string, object]>([
    ["Git", { args: ["commit", "--allow-empty", "--author", author, "-m", "x"] }],
    ["Git", { args: ["commit", "--allow-empty", "-m", `x\n\nCo-authored-by: ${author}`] }],
    ["Bash", { command: `git commit --allow-empty --author='${author}' -m x` }],
    ["Bash", { command: "GIT_AUTHOR_EMAIL=a@db.corp.example git commit --allow-empty -m x" }],
    ["Bash", { command: "git -c user.email=a@db.corp.example commit --allow-empty -m x" }],
  ])("is not masked: %s %j", async (name, input) => {
    const { refused, log } = await run(name, input);
    expect(refused).toBe("Confidential: host in the name of an author, which is never changed.");
    expect(log.trim()).toBe("A Begin");
  });
});

describe("What has the shape of a key", () => {
  it.each<[string, string, number]>([
    ["ask", "asks", 1],
    ["block", "refuses", 0],
    ["off", "lets it pass", 0],
  ])("with the setting %s %s", async (secrets, _, questions) => {
    const { asked, result } = await run(
      "mcp__chat__post",
      { text: KEY },
      { settings: { "confidentiality.secrets": secrets }, ask: false },
    );
    expect(asked).toHaveLength(questions);
    expect(result.isError).toBe(secrets !== "off");
  });

  it("is looked for without any setting, in what is committed", async () => {
    const setting = { settings: { "confidentiality.terms": [] }, prepare: staged("b.txt", `x\n\n${KEY}\n`) };
    const { refused } = await run("Git", { args: ["commit", "-m", "x"] }, setting);
    expect(refused).toContain("key in the staged change of b.txt, line 3");
  });
});

describe("Looking", () => {
  it("runs nothing that the repository names (advisory 61)", async () => {
    const prepare = (dir: string): void => {
      const evil = join(dir, "evil.sh");
      writeFileSync(evil, `#!/bin/sh\ntouch ${join(dir, "ran")}\ncat\n`);
      chmodSync(evil, 0o755);
      for (const key of [
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "core.sshCommand",
        "diff.x.textconv",
        "diff.x.command",
      ])
        git(dir, "config", key, evil);
      writeFileSync(join(dir, ".gitattributes"), "*.txt diff=x\n");
      writeFileSync(join(dir, "b.txt"), "x\n");
      git(dir, "-c", "core.fsmonitor=false", "add", "b.txt");
      expect(existsSync(join(dir, "ran"))).toBe(false);
    };
    const { refused } = await run("mcp__chat__post", { text: "Bluebird" }, { prepare });
    expect(refused).toContain("codename");
    let ran = true;
    await run(
      "Git",
      { args: ["commit", "-m", "Bluebird"] },
      {
        prepare: (dir) => {
          prepare(dir);
          process.once("exit", () => undefined);
          setTimeout(() => (ran = existsSync(join(dir, "ran"))), 0);
        },
      },
    );
    expect(ran).toBe(false);
  });

  it("ends in time, and refuses what it could not search", async () => {
    const terms = [{ id: "slow", pattern: "(a+)+$" }];
    const { refused } = await run(
      "mcp__chat__post",
      { text: `${"a".repeat(60)}!` },
      { settings: { "confidentiality.terms": terms } },
    );
    expect(refused).toContain("text of mcp__chat__post could not be searched for slow in time");
  });

  it.each<[unknown, RegExp]>([
    [[{ id: "x" }], /neither text, pattern nor hash/],
    [[{ id: "x", pattern: "(" }], /broken expression/],
    [[{ id: "x", hash: "md5:1" }], /hash that/],
    [[{ id: "x", text: "y", action: "burn" }], /action other than/],
    [[7], /neither a text nor a table/],
  ])("refuses every exit while the list is wrong: %j", async (terms, words) => {
    const { refused, got } = await run(
      "WebFetch",
      { url: "https://x" },
      { settings: { "confidentiality.terms": terms } },
    );
    expect(refused).toMatch(words);
    expect(got).toEqual([]);
  });
});

describe("nacre confidentiality", () => {
  async function subcommand(
    words: readonly string[],
    input: string,
    terms: unknown = TERMS,
  ): Promise<[number, string]> {
    await using shell = await boot({
      plugins: ["confidentiality"],
      script: [],
      settings: { "confidentiality.terms": terms },
    });
    let text = "";
    const stdout = { write: (part: string) => ((text += part), true) };
    const io = { stdin: Readable.from([input]), stdout, stderr: stdout } as never;
    const code = await (await shell.kernel.get("subcommand", "confidentiality"))!.run({
      flags: {},
      positionals: words,
      io,
    });
    return [code, text];
  }

  it("looks through a text, and makes hashes of words that are then found", async () => {
    expect(await subcommand(["check"], "a\nbluebird\n")).toEqual([1, "standard input:2: codename (block)\n"]);
    expect(await subcommand(["check"], "fine")).toMatchObject([0, expect.stringMatching(/^Nothing confidential/)]);
    const [, made] = await subcommand(["hash"], "Merlin-9\n");
    const [, hash] = /hash = "([^"]+)"/.exec(made) ?? [];
    expect(hash).not.toContain("erlin");
    const [code, text] = await subcommand(["check"], "the merlin-9, then", [{ id: "m", hash }]);
    expect([code, text]).toEqual([1, "standard input:1: m (block)\n"]);
  });
});
