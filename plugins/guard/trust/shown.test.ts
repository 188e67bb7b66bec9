import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { builtins } from "nacre:builtins";
import { createKernel } from "../../../core/index.js";
import type { Kernel } from "../../../core/types.js";
import { boot } from "../../../test/boot.js";
import type { TrustQuestion } from "../../../schemas/trusted.js";

const group = { hooks: [{ type: "command", command: "bash check.sh" }] };

/** A kernel in a project with a hook that nobody has agreed to yet. */
async function project(dir: string, home: string): Promise<Kernel> {
  const kernel = createKernel({ cwd: dir, home, env: { HOME: join(home, "..") } });
  await kernel.load(...builtins.filter(({ name }) => name === "trust" || name === "shell-hooks"));
  const values = { hooks: { SessionStart: [group] } };
  kernel.settings.add({ name: "project", source: join(dir, ".claude/settings.json"), values });
  return kernel;
}

/** What is left to be asked about, when `answer` is given to what is asked. */
async function asked(kernel: Kernel, answer: (question: TrustQuestion) => boolean): Promise<number> {
  let count = 0;
  const trust = (await kernel.service("trust"))!;
  await trust.settle(kernel.cwd, [], async (question) => ((count = question.parts.length), answer(question)));
  return count;
}

it("What a person agrees to is what they were shown, not what it became before they answered (advisory 73).", async () => {
  await using outer = await boot({
    script: [],
    files: { "check.sh": "true\n", ".git/HEAD": "ref: refs/heads/main\n" },
  });
  const { dir, home } = outer;
  const script = join(dir, "check.sh");
  const swap = (): boolean => (writeFileSync(script, "false\n"), true);
  for (const [answer, next] of [
    [swap, 1],
    [() => true, 0],
    [swap, 0],
  ] as const) {
    await using first = await project(dir, home);
    await asked(first, answer);
    await using second = await project(dir, home);
    expect(await asked(second, () => false)).toBe(next);
  }
});

it("What /trust has shown and what has changed since is not agreed to by /trust yes (advisory 73).", async () => {
  await using outer = await boot({
    script: [],
    files: { "check.sh": "true\n", ".git/HEAD": "ref: refs/heads/main\n" },
  });
  const { dir, home } = outer;
  await using kernel = await project(dir, home);
  const trust = (await kernel.service("trust"))!;
  await trust.settle(dir, []);
  const command = (await kernel.get("command", "trust"))!;
  const say = async (args: string): Promise<string> => {
    const answer = await command.run({
      name: "trust",
      args,
      session: outer.session,
      signal: new AbortController().signal,
    });
    return "answer" in answer ? answer.answer : "";
  };
  expect(await say("")).toContain("bash check.sh");
  writeFileSync(join(dir, "check.sh"), "false\n");
  expect(await say("yes")).toContain("Nothing is agreed to yet");
  expect(await trust.of(dir)).toBeUndefined();
  expect(await say("yes")).toContain("is trusted");
  expect(await trust.of(dir)).toBeDefined();
});
