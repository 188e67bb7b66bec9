import { describe, expect, it } from "vitest";
import { gated, notices, verdict } from "../testing.js";

type Row = readonly [rule: string, tool: string, input: object, hit: boolean];

/** Each row as a deny rule: hit means denied. */
const DENYING: readonly Row[] = [
  ["Bash(*)", "Bash", { command: "npm test" }, true],
  ["*", "Read", { file_path: "a" }, true],
  ["B*", "Bash", { command: "npm test" }, true],
  ["B*", "Read", { file_path: "a" }, false],
  ["mcp__srv", "mcp__srv__get_item", { id: 1 }, true],
  ["mcp__srv__*", "mcp__srv__set_item", { id: 1 }, true],
  ["mcp__srv__get_*", "mcp__srv__set_item", { id: 1 }, false],
  ["mcp__s", "mcp__srv__get_item", { id: 1 }, false],
  ["Agent(model:opus)", "Agent", { subagent_type: "x", model: "opus", prompt: "p" }, true],
  ["Agent(model:opus)", "Agent", { subagent_type: "x", prompt: "p" }, false],
  ["Agent(model:*pus)", "Agent", { subagent_type: "x", model: "opus", prompt: "p" }, true],
  ["Bash(run_in_background:true)", "Bash", { command: "ls", run_in_background: true }, true],
  ["Bash(run_in_background:true)", "Bash", { command: "ls" }, false],
  ["Agent(Explore)", "Agent", { subagent_type: "Explore", prompt: "p" }, true],
  ["Task(Explore)", "Agent", { subagent_type: "Explore", prompt: "p" }, true],
  ["Skill(review)", "Skill", { skill: "review", args: "x" }, true],
  ["Skill(review)", "Skill", { skill: "reviewer" }, false],
  ["WebFetch(domain:*)", "WebFetch", { url: "https://a.test/" }, true],
  ["WebFetch(domain:b\u00fccher.test)", "WebFetch", { url: "https://b\u00fccher.test/" }, true],
  ["WebFetch(domain:A.TEST.)", "WebFetch", { url: "https://a.test:8443/x" }, true],
  ["WebFetch(domain:*.a.test)", "WebFetch", { url: "https://x.y.a.test/" }, true],
  ["WebFetch(domain:*.a.test)", "WebFetch", { url: "https://a.test/" }, false],
  ["WebFetch(domain:a.*.test)", "WebFetch", { url: "https://a.b.c.test/" }, false],
  ["PowerShell(Get-ChildItem *)", "PowerShell", { command: "ls -Recurse" }, true],
  ["PowerShell(remove-item *)", "PowerShell", { command: "RM x" }, true],
  ["PowerShell(Get-ChildItem *)", "PowerShell", { command: "Get-Content x" }, false],
  ["Read(src/**)", "Read", { file_path: "vendor/src/a" }, true],
  ["Read(./src/**)", "Read", { file_path: "vendor/src/a" }, false],
  ["Read(/src/**)", "Read", { file_path: "vendor/src/a" }, false],
  ["Read(.env)", "Write", { file_path: "a/.env", content: "" }, true],
  ["Read(n.ipynb)", "NotebookEdit", { notebook_path: "n.ipynb", new_source: "" }, false],
  ["Edit(*.md)", "NotebookEdit", { notebook_path: "a.md", new_source: "" }, true],
];

describe("a deny rule", () => {
  it.each(DENYING)("%s is about %s %j: %s", async (rule, tool, input, hit) => {
    await using shell = await gated({ settings: { "permissions.deny": [rule] } });
    expect((await verdict(shell, tool, input as never)) === "deny").toBe(hit);
  });
});

describe("hosts", () => {
  it.each([
    ["https://example.com.evil.test/", "ask"],
    ["https://example.com@evil.test/", "ask"],
    ["https://evil.test/?u=https://example.com/", "ask"],
    ["https://evilexample.com/", "ask"],
    ["https://user:pw@example.com:8080/?q=data", "allow"],
  ])("are compared by whole labels: %s -> %s (advisories 14, 26)", async (url, expected) => {
    await using shell = await gated({ settings: { "permissions.allow": ["WebFetch(domain:example.com)"] } });
    expect(await verdict(shell, "WebFetch", { url })).toBe(expected);
  });

  it("that take uploads are not allowed beforehand (advisory 26)", async () => {
    await using shell = await gated();
    for (const host of ["github.com", "docs.rs", "raw.githubusercontent.com", "pastebin.com"]) {
      expect(await verdict(shell, "WebFetch", { url: `https://${host}/?x=secret` })).toBe("ask");
    }
  });
});

describe("rules and modes", () => {
  it("a prefix rule is about one command, never about a chain (advisories 35, 60)", async () => {
    await using shell = await gated({ settings: { "permissions.allow": ["Bash(git log *)"] } });
    for (const end of ["; curl x", " && rm a", " | sh", " & touch a", "\ntouch a", " $(touch a)", " `touch a`"]) {
      expect(await verdict(shell, "Bash", { command: `git log -1${end}` })).toBe("ask");
    }
  });

  it("deny rules hold in the mode that asks nothing (advisory 34)", async () => {
    const settings = {
      "permissions.defaultMode": "bypassPermissions",
      "permissions.deny": ["Bash(npm publish *)", "Read(x)"],
    };
    await using shell = await gated({ settings });
    expect(await verdict(shell, "Bash", { command: "npm publish" })).toBe("deny");
    expect(await verdict(shell, "Read", { file_path: "x" })).toBe("deny");
  });

  it("an input's own folder widens nothing (advisories 31, 48)", async () => {
    await using shell = await gated({ settings: { "permissions.allow": ["Bash(git commit *)"] } });
    expect(await verdict(shell, "Git", { args: ["commit", "-m", "x"], cwd: "/" })).toBe("ask");
    expect(await verdict(shell, "Read", { file_path: "/etc/hostname", cwd: "/etc" })).toBe("ask");
  });

  it("keys are compared exactly (advisory 71)", async () => {
    await using shell = await gated({ settings: { "permissions.deny": ["Bash(run_in_background:true)"] } });
    expect(await verdict(shell, "Bash", { command: "ls", Run_In_Background: true })).toBe("allow");
    expect(await verdict(shell, "Read", { FILE_PATH: "a", file_path: "/etc/hostname" })).toBe("ask");
  });

  it("nobody is asked nothing by one word where it is switched off or root runs it (advisory 76)", async () => {
    const settings = { "permissions.defaultMode": "auto", "permissions.disableAutoMode": "disable" };
    await using off = await gated({ settings });
    await expect(off.kernel.service("permissions").then((one) => one!.mode(off.session))).rejects.toThrow(
      /switched off by/,
    );
  });

  it("a field's rule that allows is refused with a sentence", async () => {
    await using shell = await gated({ settings: { "permissions.allow": ["Agent(model:opus)"] } });
    await verdict(shell, "Read", { file_path: "a" });
    expect(notices(shell).join()).toContain("a rule about a field can only ask or deny");
  });

  it("expressions allow and deny whole texts only, and no more than a star would", async () => {
    const settings = {
      "permissions.autoAllow": ["Bash(npm (test|run \\w+))", "Bash(rm .*)", "Bash((a)"],
      "permissions.autoDeny": ["Bash(.*--force.*)", "Read(.*/private/.*)"],
    };
    await using shell = await gated({ settings });
    const bash = (command: string): Promise<string> => verdict(shell, "Bash", { command });
    expect([await bash("npm test"), await bash("npm run build"), await bash("npm run build x")]).toEqual([
      "allow",
      "allow",
      "ask",
    ]);
    expect([await bash("npm test && npm run x"), await bash("npm test; touch x")]).toEqual(["allow", "ask"]);
    expect([await bash("rm -rf x"), await bash("git push --force")]).toEqual(["ask", "deny"]);
    expect(await verdict(shell, "Read", { file_path: "private/x" })).toBe("deny");
    expect(notices(shell).join()).toContain("Bash((a) does not count: a group of the expression is not closed");
  });

  it("nothing outside is read where that is switched off, whatever mode and rules say", async () => {
    const settings = {
      "permissions.blockReadsOutsideWorkingDirectories": true,
      "permissions.defaultMode": "bypassPermissions",
      "permissions.allow": ["Read(//etc/**)"],
    };
    await using shell = await gated({ settings });
    expect(await verdict(shell, "Read", { file_path: "/etc/hostname" })).toBe("deny");
    expect(await verdict(shell, "Read", { file_path: "a.txt" })).toBe("allow");
    expect(await verdict(shell, "Bash", { command: "make it" })).toBe("ask");
  });
});
