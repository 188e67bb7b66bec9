import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { FlagValue } from "../../../schemas/front.js";
import { boot } from "../../../test/boot.js";
import { testCatalogue } from "../testing.js";

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  files: Record<string, string>,
  flags: Record<string, FlagValue> = {},
  words: readonly string[] = ["eval.yaml"],
): Promise<Run> {
  const catalogue = testCatalogue(() => [{ dir: join(shell.dir, ".claude"), name: "project", origin: "project" }]);
  const plugins = ["skill-eval", "skills", catalogue.plugin];
  const shell = await boot({ plugins, script: [] });
  await using _ = shell;
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(shell.dir, path)), { recursive: true });
    writeFileSync(join(shell.dir, path), text.replaceAll("DIR", shell.dir));
  }
  const said = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr"): PassThrough =>
    new PassThrough().on("data", (part) => (said[name] += String(part)));
  const io = { stdin: new PassThrough(), stdout: stream("stdout"), stderr: stream("stderr") };
  const command = await shell.kernel.get("subcommand", "skill eval");
  try {
    const code = await command!.run({ flags, positionals: words, io });
    return { code, ...said };
  } catch (error) {
    return { code: -1, stdout: "", stderr: (error as Error).message.replaceAll(shell.dir, "DIR") };
  }
}

const CASES = `
cases:
  - { prompt: commit this, expect: commit, answer: commit }
  - { prompt: write a message, expect: commit, answer: review }
  - { prompt: look at it, expect: [review], answer: [review, commit] }
  - prompt: hello
    expect: none
    answer: none
  - { prompt: "what now", expect: review, answer: none }
`;

describe("nacre skill eval", () => {
  it("tells precision, recall and what was taken for what", async () => {
    const { code, stdout } = await run({ "eval.yaml": CASES });
    expect(code).toBe(0);
    expect(stdout).toBe(
      `2 of 5 prompts got the skills they want.

skill   wanted  chosen  right  precision  recall
commit       2       2      1       50 %    50 %
review       2       2      1       50 %    50 %
all          4       4      2       50 %    50 %

wanted -> chosen  times
commit -> review      1
none -> commit        1
review -> none        1

eval.yaml:4: write a message: wanted commit, got review
eval.yaml:5: look at it: wanted review, got review and commit
eval.yaml:9: what now: wanted review, got none
`,
    );
  });

  it("tells the same as JSON", async () => {
    const { stdout } = await run({ "eval.yaml": CASES }, { json: true });
    expect(JSON.parse(stdout)).toMatchObject({
      prompts: 5,
      correct: 2,
      wanted: 4,
      chosen: 4,
      right: 2,
      precision: 0.5,
      recall: 0.5,
      passed: true,
      skills: [{ name: "commit", precision: 0.5 }, { name: "review" }],
      confusion: [{ wanted: "commit", chosen: "review", count: 1 }, {}, {}],
      wrong: [{ prompt: "write a message", line: 4 }, {}, {}],
    });
  });

  it.each<[Record<string, FlagValue>, number, string]>([
    [{ "min-precision": 0.5, "min-recall": 0.5 }, 0, ""],
    [{ "min-precision": 0.6 }, 1, "nacre: The precision is 50 %, less than 60 % (--min-precision).\n"],
    [{ "min-recall": 1 }, 1, "nacre: The recall is 50 %, less than 100 % (--min-recall).\n"],
    [{ "min-recall": 2 }, -1, "--min-recall must be a share from 0 to 1, not 2."],
  ])("with %j ends with %i", async (flags, code, stderr) => {
    expect(await run({ "eval.yaml": CASES }, flags)).toMatchObject({ code, stderr });
  });

  it("takes answers out of a file of their own, and out of recordings", async () => {
    const call = (skill: string): string => JSON.stringify({ type: "call", name: "Skill", input: { skill } });
    const { stdout } = await run(
      {
        "eval.yaml":
          "answers: runs/answers.jsonl\ncases:\n- {prompt: a, expect: x}\n- {prompt: b, expect: y, recording: runs/b.jsonl}",
        "runs/answers.jsonl": '{"prompt":"a","skills":["x"]}\n\n{"prompt":"c","skills":[]}\n',
        "runs/b.jsonl": `{"type":"recording"}\n${call("/y")}\n${call("y")}\n{"type":"call","name":"Skill","inp`,
      },
      { json: true },
    );
    expect(JSON.parse(stdout)).toMatchObject({ correct: 2, precision: 1, recall: 1 });
  });

  it("asks the triggers of the skills that are there where nothing is recorded", async () => {
    const { stdout } = await run({
      "eval.yaml":
        "- {prompt: ship it now, expect: ship}\n- {prompt: nothing, expect: none}\n- {prompt: a ship, expect: none}\n",
      ".claude/skills/ship/SKILL.md": "---\ndescription: s\ntriggers: [ship]\n---\n",
    });
    expect(stdout).toContain("2 of 3 prompts");
    expect(stdout).toContain("ship        1       2      1       50 %   100 %");
  });

  it("counts the skill that stands beside its cases, wherever that is, under the name of its folder", async () => {
    const { stdout } = await run(
      {
        "work/ship/SKILL.md": "---\ndescription: s\ntriggers: { patterns: [/sh?ip/] }\n---\n",
        "work/ship/eval.yaml": "- {prompt: ship it, expect: ship}\n- {prompt: nothing, expect: none}\n",
      },
      {},
      ["work/ship/eval.yaml"],
    );
    expect(stdout).toContain("2 of 2 prompts");
  });

  it.each([
    ["{}", 'DIR/eval.yaml: it needs a list "cases" with at least one prompt.'],
    ["cases:\n- expect: x", 'DIR/eval.yaml:2: a case needs a text "prompt".'],
    ["cases:\n- prompt: a\n- {prompt: b, expect: x}", /^DIR\/eval\.yaml:2: "expect" has to be the name of a skill/],
    [
      "- {prompt: a, expect: x, chosen: x}",
      'DIR/eval.yaml:1: a case has no "chosen"; there are prompt, expect, answer',
    ],
    ["cases: [", /^DIR\/eval\.yaml:1:\d+: /],
    ["cases:\n- {prompt: a, expect: x, recording: no.jsonl}", "DIR/no.jsonl does not exist."],
    ["answers: a.jsonl\ncases:\n- {prompt: a, expect: x}", "DIR/a.jsonl does not exist."],
  ])("refuses %j with file and line", async (text, sentence) => {
    const { code, stderr } = await run({ "eval.yaml": text });
    expect(code).toBe(-1);
    expect(stderr).toMatch(sentence);
  });

  it("needs a file", async () => {
    expect((await run({}, {}, [])).stderr).toMatch(/^nacre skill eval takes one file/);
    expect((await run({}, {}, ["none.yaml"])).stderr).toBe("DIR/none.yaml does not exist.");
  });
});
