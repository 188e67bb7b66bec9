import { lines, type Scaffold } from "../scaffold.js";

export function rule(): Scaffold {
  return {
    files: {
      "dev.nacre/hookify/no-debugger.md": lines(
        "---",
        "name: no-debugger",
        "enabled: true",
        "event: file",
        "pattern: debugger;",
        "action: block",
        "---",
        "",
        "Leave no `debugger;` statements in files.",
      ),
      "tests/rule.test.yaml": lines(
        "- test: a file with a debugger statement is not written",
        "  prompt: Write it.",
        "  mode: acceptEdits",
        "  model:",
        "    - call: { name: Write, input: { file_path: a.js, content: 'debugger;' } }",
        "    - { expect: { result: Leave no }, text: I left it out. }",
        "  expect:",
        "    calls: [{ name: Write, decision: deny, result: Leave no }]",
        "    files: { a.js: false }",
      ),
    },
    about: "a rule that keeps `debugger;` out of files",
  };
}
