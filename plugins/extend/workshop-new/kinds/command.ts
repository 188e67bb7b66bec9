import { lines, type Facts, type Scaffold } from "../scaffold.js";

export function command({ name }: Facts): Scaffold {
  return {
    files: {
      "dev.nacre/commands/changes.md": lines(
        "---",
        "description: Says in one sentence what has changed in a file",
        'argument-hint: "FILE"',
        "allowed-tools: Bash(wc:*)",
        "---",
        "",
        "Say in one sentence what $0 is about. It has this many lines: !`wc -l $0`",
      ),
      "tests/command.test.yaml": lines(
        "- test: the command becomes a prompt with its argument and the output of its command",
        `  prompt: /${name}:changes notes.txt`,
        '  files: { notes.txt: "one\\ntwo\\n" }',
        "  model: [{ expect: { prompt: '/what notes.txt is about. It has this many lines: 2/' }, text: Notes. }]",
        "  expect: { answer: Notes. }",
      ),
    },
    about: `the command \`/${name}:changes FILE\``,
  };
}
