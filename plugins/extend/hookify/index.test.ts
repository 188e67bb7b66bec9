import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Plugin } from "../../../core/types.js";
import { boot, call, say, type Shell, type Turn, trusting } from "../../../test/boot.js";

const open: Plugin = {
  name: "open",
  setup(ctx) {
    ctx.tap("PreToolUse", async (pending) => ({
      ...pending,
      decision: { behavior: "allow" as const, reason: "test" },
    }));
    ctx.add("service", { name: "trust", service: trusting(true) });
  },
};

const closed: Plugin = {
  name: "closed",
  setup: (ctx) => ctx.add("service", { name: "trust", service: trusting(false) }),
};

function rule(front: string, message = "Think again."): string {
  return `---\n${front}\n---\n${message}\n`;
}

async function start(
  files: Record<string, string>,
  script: readonly Turn[],
  plugins: Plugin[] = [open],
): Promise<Shell> {
  const holding: Plugin = { name: "holding", holds: ["hookify"] };
  return boot({ plugins: ["hookify", "commands", "bash", "write", holding, ...plugins], script, files });
}

const RM = { ".nacre/hookify/no-rm.md": rule("event: bash\npattern: 'rm\\s+-rf'\naction: block") };

describe("A rule", () => {
  it("blocks a command and tells the model why", async () => {
    await using shell = await start(RM, [call("Bash", { command: "rm -rf x" }), say("ok")]);
    await shell.send("go");
    expect(shell.result(0)).toMatchObject({ isError: true, content: "[no-rm] Think again." });
    expect(shell.events).toContainEqual(
      expect.objectContaining({ type: "hook", handler: "rule", what: "no-rm", effects: ["blocked: Think again."] }),
    );
  });

  it("finds what stands before much else, and applies where its expression takes too long to tell", async () => {
    const files = {
      ...RM,
      ".nacre/hookify/slow.md": rule("event: prompt\npattern: '^(a+)+$'\naction: block", "Slow."),
    };
    const padded = { command: `rm -rf x # ${"x".repeat(100_000)}` };
    await using shell = await start(files, [call("Bash", padded), say("ok")]);
    await shell.send("go");
    expect(shell.result(0)).toMatchObject({ isError: true, content: "[no-rm] Think again." });
    expect((await shell.send(`${"a".repeat(100)}!`)).message).toContain("[slow] Slow.");
  });

  it("warns with a word beside the result, and lets the call run", async () => {
    const files = { ".nacre/hookify/w.md": rule("name: careful\nevent: bash\npattern: echo") };
    await using shell = await start(files, [call("Bash", { command: "echo a" }), say("ok")]);
    await shell.send("go");
    expect(shell.result(0)).toMatchObject({ content: "a", context: ["[careful] Think again."] });
  });

  it("counts from the next tool call on, as does a change and the end of the file", async () => {
    const look = { command: "echo a" };
    await using shell = await start(RM, [
      call("Bash", look),
      call("Write", { file_path: ".nacre/hookify/now.md", content: rule("event: bash\npattern: echo\naction: block") }),
      call("Bash", look),
      call("Bash", { command: "rm .nacre/hookify/now.md" }),
      call("Bash", look),
      say("ok"),
    ]);
    await shell.send("go");
    expect(shell.results().map((result) => result.isError)).toEqual([false, false, true, false, false]);
  });

  it.each([
    ["Write", { file_path: "a.ts", content: "console.log(1)" }, true],
    ["Write", { file_path: "a.js", content: "console.log(1)" }, false],
    ["Write", { file_path: "a.ts", content: "1" }, false],
    ["Bash", { command: "echo console.log > a.ts" }, false],
  ])("with conditions strikes only where all hold: %s %j", async (name, input, struck) => {
    const conditions = [
      "  - field: file_path\n    operator: ends_with\n    pattern: .ts",
      "  - field: new_text\n    operator: contains\n    pattern: console.log",
    ].join("\n");
    const files = { ".nacre/hookify/log.md": rule(`event: file\nconditions:\n${conditions}\naction: block`) };
    await using shell = await start(files, [call(name, input), say("ok")]);
    await shell.send("go");
    expect(shell.result(0).isError).toBe(struck);
  });

  it("about the end keeps the turn going once", async () => {
    const conditions = "conditions:\n  - field: transcript\n    operator: not_contains\n    pattern: npm test";
    const files = { ".nacre/hookify/test.md": rule(`event: stop\n${conditions}\naction: block`, "Run the tests.") };
    await using shell = await start(files, [say("done"), say("really done")]);
    expect((await shell.send("go")).reason).toBe("completed");
    expect(shell.requests.at(-1)!.messages.at(-1)).toMatchObject({ content: [{ text: "[test] Run the tests." }] });
    expect(shell.requests).toHaveLength(2);
  });

  it("about a prompt refuses it", async () => {
    const files = { ".nacre/hookify/p.md": rule("event: prompt\npattern: (?i)deploy\naction: block", "Not today.") };
    await using shell = await start(files, []);
    expect(await shell.send("Deploy it")).toMatchObject({ reason: "prompt_blocked", message: "[p] Not today." });
  });

  it("of a Claude-style project counts as well, by the name of its file", async () => {
    const files = { ".claude/hookify.no-rm.local.md": RM[".nacre/hookify/no-rm.md"] };
    await using shell = await start(files, [call("Bash", { command: "rm -rf x" }), say("ok")]);
    await shell.send("go");
    expect(shell.result(0).content).toBe("[no-rm] Think again.");
  });

  it("with a pattern that takes for ever strikes in bounded time", async () => {
    const files = { ".nacre/hookify/slow.md": rule("event: bash\npattern: '^echo (a+)+$'\naction: block") };
    await using shell = await start(files, [call("Bash", { command: `echo ${"a".repeat(50)}!` }), say("ok")]);
    const started = performance.now();
    await shell.send("go");
    expect(shell.result(0).isError).toBe(true);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it("that is switched off does nothing", async () => {
    const files = { ".nacre/hookify/no-rm.md": rule("enabled: false\nevent: bash\npattern: rm\naction: block") };
    await using shell = await start(files, [call("Bash", { command: "rm -f x" }), say("ok")]);
    await shell.send("go");
    expect(shell.result(0).isError).toBe(false);
  });

  it("of a project that is not trusted does nothing", async () => {
    await using shell = await start(RM, [call("Bash", { command: "rm -rf x" }), say("ok")], [closed]);
    await shell.send("go");
    expect(shell.events.some((event) => event.type === "hook")).toBe(false);
  });

  it.each([
    ["event: bash\npattern: '('", /The pattern "\(" is no regular expression/],
    ["event: shell\npattern: a", /"event" must be one of bash, file, stop, prompt, all/],
    ["event: bash\npattern: a\naction: shout", /"action" must be warn or block/],
    ["event: bash", /needs "pattern" or "conditions"/],
  ])("that is none is named once and costs no other: %j", async (front, sentence) => {
    const files = { ...RM, ".nacre/hookify/bad.md": rule(front) };
    await using shell = await start(files, [call("Bash", { command: "rm -rf x" }), say("ok")]);
    await shell.send("go");
    expect(shell.result(0).isError).toBe(true);
    const notices = shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
    expect(notices.filter((text) => sentence.test(text) && text.includes("bad.md"))).toHaveLength(1);
  });
});

const MADE = JSON.stringify({
  rules: [
    {
      name: "no rm",
      event: "bash",
      conditions: [{ field: "command", operator: "regex", pattern: "rm -rf" }],
      action: "block",
      message: "Move it to the trash.",
    },
  ],
});

describe("/hookify", () => {
  it("makes a rule of a wish, which counts at once, trusted or not", async () => {
    const script = [say(MADE), call("Bash", { command: "rm -rf x" }), say("ok")];
    await using shell = await start({}, script, [closed]);
    const end = await shell.send("/hookify never run rm -rf");
    expect(end.message).toContain("no rm: on bash, when command regex rm -rf: block");
    expect(readFileSync(join(shell.dir, ".nacre/hookify/no-rm.md"), "utf8")).toBe(
      "---\nname: no rm\nenabled: true\nevent: bash\npattern: 'rm -rf'\naction: block\n---\nMove it to the trash.\n",
    );
    expect(shell.requests[0]).toMatchObject({
      tools: [],
      messages: [{ content: [{ text: "The wish: never run rm -rf" }] }],
    });
    await shell.send("go");
    expect(shell.result(0).content).toBe("[no rm] Move it to the trash.");
  });

  it("makes rules of corrections in the conversation", async () => {
    await using shell = await start({}, [say("I ran rm -rf."), say(MADE)]);
    await shell.send("Never do that again!");
    await shell.send("/hookify");
    expect(JSON.stringify(shell.requests[1]!.messages)).toContain("Never do that again!");
    expect(readdirSync(join(shell.dir, ".nacre/hookify"))).toEqual(["no-rm.md"]);
  });

  it("says what is wrong with an answer that holds no rule, and writes nothing", async () => {
    await using shell = await start({}, [say("Sure!")]);
    const end = await shell.send("/hookify never run rm -rf");
    expect(JSON.stringify([end, shell.events])).toContain("The model's answer holds no rules");
    expect(readdirSync(shell.dir)).toEqual([]);
  });

  it("lists rules, switches them, and helps", async () => {
    await using shell = await start(RM, []);
    mkdirSync(join(shell.home, "hookify"), { recursive: true });
    writeFileSync(join(shell.home, "hookify/mine.md"), rule("enabled: false\nevent: file\npattern: x"));
    expect((await shell.send("/hookify list")).message).toBe(
      `on   no-rm  (bash, block)  ${shell.dir}/.nacre/hookify/no-rm.md\noff  mine  (file, warn)  ${shell.home}/hookify/mine.md`,
    );
    expect((await shell.send("/hookify configure no-rm off")).message).toContain("The rule no-rm is off now");
    expect((await shell.send("/hookify configure mine on")).message).toContain("The rule mine is on now");
    expect((await shell.send("/hookify list")).message).toMatch(/^off {2}no-rm.*\non {3}mine/);
    expect((await shell.send("/hookify help")).message).toContain("event: bash, file, stop, prompt or all");
    expect(JSON.stringify([await shell.send("/hookify configure nothing on"), shell.events])).toContain(
      'There is no rule \\"nothing\\"',
    );
  });
});
