import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const PROGRAM = resolve("dist/nacre.js");
let base: string;

beforeAll(() => {
  if (!existsSync(PROGRAM)) execFileSync("npm", ["run", "build"]);
});
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-plugin-test-test-")));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), content);
  }
}

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], HOME: base, NACRE_HOME: join(base, ".nacre"), IS_SANDBOX: "1" };
}

function test(...words: readonly string[]): {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
} {
  const env = environment();
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, "plugin", "test", ...words], {
    cwd: base,
    env,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

const PLUGIN = {
  "p/.claude-plugin/plugin.json": '{ "name": "hello" }',
  "p/commands/hi.md": "---\ndescription: Says hi\n---\nSay hi to $0.\n",
  "p/hooks/hooks.json": JSON.stringify({
    hooks: {
      PreToolUse: [
        {
          matcher: "Bash",
          hooks: [{ type: "command", command: "if grep -q push; then echo No pushing. >&2; exit 2; fi" }],
        },
      ],
    },
  }),
};

const PUSH = `
- test: a push is refused
  prompt: push it
  mode: acceptEdits
  model:
    - call: { name: Bash, input: { command: git push } }
    - text: It was refused.
  expect:
    answer: refused
    calls: [{ name: Bash, input: { command: /^git push$/ }, decision: deny, result: No pushing. }]
    no_calls: [Write]
`;

describe("nacre plugin test", () => {
  it("runs a plugin's hooks and commands with a scripted model, in a folder of their own", () => {
    write({
      ...PLUGIN,
      "p/tests/push.test.yaml": PUSH,
      "p/tests/hi.test.yaml": `
test: the command becomes a prompt
prompt: ["/hello:hi Ann", "again"]
files: { notes.txt: "a note" }
setup: echo made > made.txt
model:
  - { expect: { prompt: Say hi to Ann. }, call: { name: Read, input: { file_path: notes.txt } } }
  - text: Hi Ann.
  - text: Again.
expect:
  answer: Again.
  context: Say hi to Ann.
  calls: [{ name: Read, decision: allow, result: a note, error: false }]
  files: { made.txt: made, notes.txt: /^a note$/, other.txt: false }
`,
    });
    const { code, out, err } = test("p");
    expect(out).toMatch(
      /^ok {3}the command becomes a prompt \(\d+ ms\)\nok {3}a push is refused \(\d+ ms\)\n2 passed\n$/,
    );
    expect([code, err]).toEqual([0, ""]);
  });

  it.each([
    ["answer: fine", '"fine" is not in the answer: It was refused.'],
    ["exit: 3", "The exit code is 0, not 3."],
    ["calls: [{ name: Bash, decision: allow }]", "Bash was refused: "],
    ["calls: [{ name: Bash, input: { command: npm test } }]", 'input.command is "git push", not "npm test".'],
    ["calls: [{ name: Write }]", 'The calls are: Bash {"command":"git push"} (refused).'],
    ["no_calls: [Bash]", "Bash was called."],
    ["no_context: push it", 'The model was told "push it".'],
    ["files: { a.txt: hello }", "There is no file a.txt."],
    ["notice: something", '"something" is not in what was said to the person'],
  ])("fails when this does not hold: %s", (line, sentence) => {
    write({ ...PLUGIN, "p/tests/push.test.yaml": `${PUSH.slice(0, PUSH.indexOf("  expect"))}  expect: { ${line} }\n` });
    const { code, out } = test("p");
    expect(code).toBe(1);
    expect(out).toContain("FAIL a push is refused");
    expect(out).toContain("p/tests/push.test.yaml:2");
    expect(out).toContain(sentence);
  });

  it("prints annotations and JSON for programs", () => {
    write({ ...PLUGIN, "p/tests/push.test.yaml": PUSH.replace("answer: refused", "answer: done") });
    expect(test("p", "--github").out).toMatch(
      /^::error file=p\/tests\/push\.test\.yaml,line=2,title=plugin test::a push/,
    );
    expect(JSON.parse(test("p", "--json").out)).toMatchObject({
      ok: false,
      tests: [{ test: "a push is refused", line: 2 }],
    });
  });

  it.each([
    ["- test: a\n  promt: b\n", 'p/tests/a.test.yaml:1:3: the test has an unknown key "promt"'],
    ["- test: a\n  prompt: b\n  expect: { answer: /(/ }\n", "p/tests/a.test.yaml:3:21: expect.answer "],
    ["- test: [a\n", "p/tests/a.test.yaml:2:1: "],
    ["- test: a\n  prompt: b\n  mode: 3\n", "p/tests/a.test.yaml:3:9: mode must be a text"],
  ])("names file, line and column of a test file that is wrong: %j", (text, sentence) => {
    write({ ...PLUGIN, "p/tests/a.test.yaml": text });
    const { code, err } = test("p");
    expect([code, err]).toEqual([2, expect.stringContaining(sentence) as string]);
  });

  it("says that there is nothing to test", () => {
    write(PLUGIN);
    expect(test("p")).toMatchObject({
      code: 2,
      err: expect.stringContaining("there is no tests/*.test.yaml") as string,
    });
  });

  it("plays a recording that stands beside the test", () => {
    write({ ...PLUGIN, "script.yaml": "- text: Hi Ann.\n" });
    const options = { cwd: base, env: environment(), encoding: "utf8" } as const;
    const flags = ["--provider", "scripted", "--script", "script.yaml", "--record", "p/tests/hi.jsonl"];
    mkdirSync(join(base, "p", "tests"));
    const record = spawnSync(process.execPath, [PROGRAM, "-p", "Say hi.", ...flags], options);
    expect(record).toMatchObject({ status: 0, stdout: "Hi Ann.\n" });
    const said = "- test: says hi\n  prompt: Say hi.\n  replay: hi.jsonl\n  args: [--safe-mode]\n";
    write({ "p/tests/hi.test.yaml": `${said}  expect: { answer: Hi Ann. }\n` });
    expect(test("p")).toMatchObject({ code: 0, out: expect.stringContaining("1 passed") as string });
  });

  it("runs again when a file of the plugin changes, until it is stopped", async () => {
    write({ ...PLUGIN, "p/tests/push.test.yaml": PUSH });
    const child = spawn(process.execPath, [PROGRAM, "plugin", "test", "p", "--watch"], {
      cwd: base,
      env: environment(),
    });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => (out += piece));
    const shown = async (text: string): Promise<void> => {
      while (!out.includes(text)) await new Promise((done) => setTimeout(done, 20));
      out = "";
    };
    await shown("1 passed\nWaiting for a change");
    write({ "p/tests/push.test.yaml": PUSH.replace("answer: refused", "answer: done") });
    await shown("1 of 1 failed\nWaiting for a change");
    const ended = new Promise((done) => child.once("close", done));
    child.kill("SIGINT");
    await ended;
  });
});
