import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { NacreKernel } from "../../../core/kernel.js";
import type { Plugin } from "../../../core/types.js";
import type { PendingCall, Question } from "../../../schemas/decision.js";
import { boot, call, say } from "../../../test/boot.js";
import { gated, idleTools, judged, notices, permissionsOf, verdict } from "./testing.js";

/** A plugin whose gate answers for every call. */
function gate(name: string, answer: (pending: PendingCall) => PendingCall | undefined): Plugin {
  return { name, setup: (ctx) => ctx.tap("PreToolUse", async (pending) => answer(pending)) };
}

const allowing = gate("allowing", (pending) => ({
  ...pending,
  decision: { behavior: "allow", reason: "a hook says so" },
}));

describe("the gate in a session", () => {
  it("lets a call run that needs no question, and refuses one that nobody is there to approve", async () => {
    await using shell = await gated({
      script: [[call("Read", { file_path: "a.txt" }), call("Write", { file_path: "b.txt", content: "" })], say("done")],
    });
    await shell.send("go");
    const [read, write] = shell.results();
    expect(read!.content).toBe("ran");
    expect(write!.isError).toBe(true);
    expect(write!.refused?.reason).toBe(
      'b.txt would be changed; the mode "default" asks first. Nobody could be asked, so it was refused.',
    );
  });

  it("asks with a reason, the path and a rule that is as narrow as the call", async () => {
    const questions: Question[] = [];
    await using shell = await gated({
      script: [
        call("Write", { file_path: "src/a[1].txt", content: "" }),
        call("Bash", { command: "npm test" }),
        say("done"),
      ],
      ask: async (question) => {
        questions.push(question);
        return { behavior: "allow" };
      },
    });
    await shell.send("go");
    expect(questions[0]).toMatchObject({
      reason: 'src/a[1].txt would be changed; the mode "default" asks first.',
      blockedPath: join(shell.dir, "src/a[1].txt"),
      suggestions: [
        {
          type: "addRules",
          rules: [{ toolName: "Edit", ruleContent: "/src/a\\[1\\].txt" }],
          behavior: "allow",
          destination: "session",
        },
      ],
    });
    expect(questions[1]!.suggestions).toEqual([
      {
        type: "addRules",
        rules: [{ toolName: "Bash", ruleContent: "npm test" }],
        behavior: "allow",
        destination: "localSettings",
      },
    ]);
  });

  it.each([
    ["Bash", { command: "echo 'a*' > x" }],
    ["Bash", { command: "grep 'a*b' ../x" }],
    ["Bash", { command: "a && $(b)" }],
    ["Bash", { command: "a; b; c; d; e; f" }],
    ["Write", { file_path: "a\u0007b", content: "" }],
    ["Bash", { command: "rm -rf build" }],
    ["Bash", { command: "python3 - <<'E'\nprint(1)\nE" }],
    ["Bash", { command: "sh < setup.sh" }],
    ["Bash", { command: "git diff | git apply" }],
    ["Bash", { command: "cat names | xargs touch" }],
    ["Bash", { command: "for f in a b; do touch $f; done" }],
    ["Bash", { command: 'touch "$F"' }],
    ["Bash", { command: "cd src && touch x" }],
    ["Bash", { command: "node -e '\n1\n'" }],
    ["Write", { file_path: ".git/config", content: "" }],
  ])("offers no rule where none is as narrow as the call or none would help: %s %j", async (name, input) => {
    await using shell = await gated();
    const { suggestions } = await judged(shell, name, input);
    expect(suggestions).toEqual([]);
  });

  it.each([
    ["npm test", "`npm test` is not known to only read"],
    ["npm run a && npm run b", "`npm run a` is not known to only read, nor is another part of it"],
    ["npm run a; touch x; ls; npm run b", "`npm run a` is not known to only read, nor are 2 other parts of it"],
    ["sudo ls", "`sudo ls`: sudo runs it as another user"],
    ["kubectl delete pod x", "`kubectl delete pod x`: kubectl delete cannot be undone"],
    ["grep -rn x .", "`grep -rn x .` could show what is in .env; --exclude='.env*' leaves it out"],
  ])("says why it asks about %j", async (command, reason) => {
    await using shell = await gated({ files: { ".env": "" } });
    const { doubt, decision } = await judged(shell, "Bash", { command });
    expect(doubt ?? decision?.reason).toBe(`${reason}; the mode "default" asks first.`);
  });

  it("says in a mode that never asks that it is a no, and nothing of asking", async () => {
    await using shell = await gated({ settings: { "permissions.defaultMode": "dontAsk" } });
    const { decision } = await judged(shell, "Bash", { command: "npm test" });
    expect(decision?.reason).toBe('`npm test` is not known to only read. In the mode "dontAsk" that is a no.');
  });

  it("lets the suggested rule answer the same call, and no other", async () => {
    await using shell = await gated();
    const permissions = await permissionsOf(shell);
    for (const [name, input, other] of [
      ["Write", { file_path: "a b/c[1]*.txt" }, { file_path: "a b/c[1]x.txt" }],
      ["Read", { file_path: "/etc/hostname" }, { file_path: "/etc/passwd" }],
      ["Bash", { command: "npm run  'x y'" }, { command: "npm run 'x y' z" }],
      ["Git", { args: ["commit", "-m", "it's"] }, { args: ["commit", "-m", "its"] }],
      ["WebFetch", { url: "https://a.test/x" }, { url: "https://b.test/x" }],
    ] as const) {
      const { suggestions } = await judged(shell, name, input);
      expect(suggestions).toHaveLength(1);
      await permissions.apply(shell.session, suggestions!);
      expect(await verdict(shell, name, input)).toBe("allow");
      expect(await verdict(shell, name, other)).toBe("ask");
    }
  });

  it("offers a rule for each part of a list that needs one, five at most", async () => {
    await using shell = await gated({ settings: { "permissions.allow": ["Bash(npm test)"] } });
    const command = "npm run a && npm test && cat README.md; npm run b | npm run a";
    const { suggestions } = await judged(shell, "Bash", { command });
    const rules = suggestions?.flatMap((update) => ("rules" in update ? update.rules : []));
    expect(rules?.map(({ ruleContent }) => ruleContent)).toEqual(expect.arrayContaining(["npm run a", "npm run b"]));
    await (await permissionsOf(shell)).apply(shell.session, suggestions!);
    expect(await verdict(shell, "Bash", { command })).toBe("allow");
    expect(await verdict(shell, "Bash", { command: "npm run c" })).toBe("ask");
  });

  it("asks for typed words before what cannot be undone", async () => {
    await using shell = await gated();
    expect(await judged(shell, "Bash", { command: "git push --force" })).toMatchObject({
      confirm: "git push",
      decision: { behavior: "ask" },
    });
    expect((await judged(shell, "Bash", { command: "npm test" })).confirm).toBeUndefined();
  });

  it("judges again what was changed on the way", async () => {
    const rewriting = gate("rewriting", (pending) =>
      pending.again ? undefined : { ...pending, call: { ...pending.call, input: { command: "curl x.test" } } },
    );
    await using shell = await gated({
      plugins: ["permissions", idleTools, rewriting],
      settings: { "permissions.allow": ["Bash(ls)"], "permissions.deny": ["Bash(curl:*)"] },
      script: [call("Bash", { command: "ls" }), say("done")],
    });
    await shell.send("go");
    expect(shell.result(0).refused).toMatchObject({ behavior: "deny", rule: "Bash(curl:*)" });
  });

  it("does not let its answer to one input stand for another that a later gate makes of it", async () => {
    const late: Plugin = {
      name: "late",
      setup(ctx) {
        const change = async (pending: PendingCall): Promise<PendingCall | undefined> =>
          pending.again ? undefined : { ...pending, call: { ...pending.call, input: { command: "npm test" } } };
        ctx.tap("PreToolUse", change, { stage: 200 });
      },
    };
    await using shell = await gated({
      plugins: ["permissions", idleTools, late],
      script: [call("Bash", { command: "ls" }), say("done")],
    });
    await shell.send("go");
    expect(shell.result(0).refused?.reason).toContain("`npm test` is not known to only read");
  });

  it("lets a hook spare a question, but not one that a rule or the file demands", async () => {
    await using shell = await gated({
      plugins: ["permissions", idleTools, allowing],
      settings: { "permissions.ask": ["Bash(git push:*)"], "permissions.deny": ["Bash(curl:*)"] },
    });
    expect(await verdict(shell, "Bash", { command: "npm test" })).toBe("allow");
    expect(await verdict(shell, "Bash", { command: "git push" })).toBe("ask");
    expect(await verdict(shell, "Bash", { command: "curl x" })).toBe("deny");
    expect(await verdict(shell, "Bash", { command: "rm -rf x" })).toBe("ask");
    expect(await verdict(shell, "Write", { file_path: ".git/config" })).toBe("ask");
  });

  it("lets a hook speak for a call in the mode dontAsk, where all questions are a no", async () => {
    const settings = { "permissions.defaultMode": "dontAsk", "permissions.ask": ["Bash(git push:*)"] };
    await using shell = await gated({ plugins: ["permissions", idleTools, allowing], settings });
    expect(await verdict(shell, "Bash", { command: "npm test" })).toBe("allow");
    expect(await verdict(shell, "Bash", { command: "git push" })).toBe("deny");
    await using alone = await gated({ settings });
    expect(await verdict(alone, "Bash", { command: "npm test" })).toBe("deny");
  });

  it("takes tools that are denied as a whole out of the request, and leaves others in", async () => {
    await using shell = await gated({
      settings: { "permissions.deny": ["Web*", "Bash(rm:*)", "Task", "mcp__srv"] },
      script: [say("done")],
    });
    await shell.send("go");
    const names = shell.requests[0]!.tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["Bash", "Read"]) as unknown as string[]);
    expect(names.filter((name) => /^(?:Web|Agent|mcp)/.test(name))).toEqual([]);
  });
});

describe("a decision", () => {
  it("names the rule, its file and line, and the nearest rule that did not match", async () => {
    await using shell = await gated();
    const file = join(shell.dir, ".nacre", "settings.json");
    mkdirSync(join(shell.dir, ".nacre"), { recursive: true });
    writeFileSync(file, '{"permissions": {\n "deny": [\n  "Bash(npm run *)",\n  "Bash(npm publish:*)"\n]}}\n');
    const values = { permissions: { deny: ["Bash(npm run *)", "Bash(npm publish:*)"] } };
    (shell.kernel as NacreKernel).settings.add({ name: "project", source: file, values });
    expect((await judged(shell, "Bash", { command: "npm publish" })).decision).toEqual({
      behavior: "deny",
      reason: "The rule Bash(npm publish:*) forbids it.",
      by: "permissions",
      rule: "Bash(npm publish:*)",
      origin: `${file}:4`,
      nearest: `Bash(npm run *) (${file}:3)`,
    });
    const { doubt } = await judged(shell, "Bash", { command: "npm test" });
    expect(doubt).toContain(`The nearest rule is Bash(npm run *) (${file}:3).`);
    const other = await judged(shell, "Bash", { command: "touch x" });
    expect(other.doubt).not.toContain("nearest"); // A rule that has nothing in common with the call is not near it.
  });

  it("says once which rules do not count, and why", async () => {
    await using shell = await gated({
      settings: {
        "permissions.allow": ["mcp__*", "Write(docs/**)", "WebSearch(x)"],
        "permissions.deny": ["Bsah", "Bash(command:ls)", "mcp__srv__get_item(id:1)"],
      },
    });
    await verdict(shell, "Read", { file_path: "a" });
    await verdict(shell, "Read", { file_path: "a" });
    expect(notices(shell)).toEqual([
      "permissions.deny: the deny rule Bsah names no tool that is there.",
      'permissions.deny: the deny rule Bash(command:ls) does not count: the field "command" is matched by Bash(...) itself.',
      "permissions.deny: the deny rule mcp__srv__get_item(id:1) does not count: an MCP tool's rule takes no parentheses.",
      "permissions.allow: the allow rule mcp__* does not count: an allow rule can have a * in the tool's name only after mcp__<server>__.",
      "permissions.allow: the allow rule Write(docs/**) does not count: only Edit(...) rules are asked about paths; write Edit(docs/**).",
      "permissions.allow: the allow rule WebSearch(x) does not count: this tool's rules take no specifier of that form.",
    ]);
  });
});

describe("a search that was let pass", () => {
  const search = { pattern: "S", output_mode: "content" };
  const files = { "a.txt": "S=a\n", ".env": "S=1\n", "private/b.txt": "S=b\n", "src/private/c.txt": "S=c\n" };

  it("shows neither secrets nor what a deny rule keeps", async () => {
    await using shell = await boot({
      plugins: ["permissions", "grep", "glob"],
      files,
      settings: { "permissions.deny": ["Read(private/**)"] },
      script: [[call("Grep", search), call("Glob", { pattern: "**/*" })], say("done")],
    });
    await shell.send("go");
    expect(String(shell.result(0).content)).toMatch(/^a\.txt/);
    expect(String(shell.result(0).content)).not.toMatch(/\.env|private/);
    expect(String(shell.result(1).content)).not.toMatch(/private/);
  });

  it("shows a secret that a rule names", async () => {
    await using shell = await boot({
      plugins: ["permissions", "grep"],
      files,
      settings: { "permissions.allow": ["Read(.env)"] },
      script: [call("Grep", search), say("done")],
    });
    await shell.send("go");
    expect(String(shell.result(0).content)).toContain(".env");
  });
});

it("lets a session read what its own commands wrote, and no other session's", async () => {
  await using shell = await boot({
    plugins: ["permissions", "bash", "read"],
    settings: { "permissions.allow": ["Bash(seq 1 20000)"] },
    script: [call("Bash", { command: "seq 1 20000" }), say("done")],
  });
  await shell.send("count");
  const path = /(\/\S+\.txt)/.exec(String(shell.result(0).content))?.[1] ?? "";
  const judge = async (file: string): Promise<string | undefined> => {
    const hook = await shell.kernel.hook("PreToolUse");
    const tool = { name: "Read", description: "", inputSchema: {}, effect: "read" as const };
    const asked = { call: { id: "x", name: "Read", input: { file_path: file } }, tool, effect: "read" as const };
    return (await hook.promise({ ...asked, again: false }, shell.session)).decision?.behavior;
  };
  expect(await judge(path)).toBe("allow");
  expect(await judge(path.replace(shell.session.id, "another"))).not.toBe("allow");
});
