import { expect, it } from "vitest";
import { boot } from "../../../../test/boot.js";

it.each([
  ["Bash(git push *)", "Bash", { command: "git push origin main" }, true],
  ["Bash(git push *)", "Bash", { command: "cd x && FOO=1 git push" }, true],
  ["Bash(git push *)", "Bash", { command: "git status" }, false],
  ["Bash(git push *)", "Bash", { command: "echo $(git push)" }, true],
  ["Bash(git push *)", "Bash", { command: "ls $X" }, true],
  ["Bash(git *)", "Bash", { command: "ls $X" }, false],
  ["Bash(git *)", "Bash", { command: "ls `git log`" }, true],
  ["Bash(git push *)", "Bash", { command: 'ls "x' }, true],
  ["Bash", "Bash", { command: "ls" }, true],
  ["Edit(*.ts)", "Write", { file_path: "a.ts", content: "" }, true],
  ["Edit(*.ts)", "Write", { file_path: "a.js", content: "" }, false],
  ["Edit(src/**)", "Edit", { file_path: "src/a", old_string: "", new_string: "" }, true],
  ["Edit(src/**)", "Edit", { file_path: "lib/src/a", old_string: "", new_string: "" }, false],
  ["Read(*.ts)", "Write", { file_path: "a.ts", content: "" }, false],
])("says whether %s is about %s %j", async (rule, name, input, expected) => {
  await using shell = await boot({ plugins: ["permissions", "bash", "write", "edit"], script: [] });
  const permissions = await shell.kernel.service("permissions");
  expect(await permissions!.matches(shell.session, rule, { id: "1", name, input })).toBe(expected);
});

it("refuses what is no rule with a sentence", async () => {
  await using shell = await boot({ plugins: ["permissions", "bash"], script: [] });
  const permissions = await shell.kernel.service("permissions");
  const call = { id: "1", name: "Bash", input: { command: "ls" } };
  await expect(permissions!.matches(shell.session, "Bash(", call)).rejects.toThrow(/"Bash\(" is no permission rule/);
});
