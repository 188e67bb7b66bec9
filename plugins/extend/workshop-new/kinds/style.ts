import { lines, type Facts, type Scaffold } from "../scaffold.js";

export function style({ name }: Facts): Scaffold {
  return {
    files: {
      "dev.nacre/output-styles/brief.md": lines(
        "---",
        "name: brief",
        "description: Answers in at most three sentences",
        "keep-coding-instructions: true",
        "---",
        "",
        "Answer in at most three sentences. Give no preamble and no summary.",
      ),
      "tests/style.test.yaml": lines(
        "- test: the model is told the style that was chosen",
        "  prompt: What is a shell?",
        `  settings: { outputStyle: "${name}:brief" }`,
        "  model: [{ expect: { system: Answer in at most three sentences }, text: It runs programs. }]",
        "  expect: { answer: It runs programs. }",
      ),
    },
    about: `the output style \`${name}:brief\`: \`/output-style ${name}:brief\``,
  };
}
