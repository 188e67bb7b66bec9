import { lines, type Facts, type Scaffold } from "../scaffold.js";

export function agent({ name }: Facts): Scaffold {
  return {
    files: {
      "dev.nacre/agents/reader.md": lines(
        "---",
        "name: reader",
        "description: Reads files and reports what they say. Use for questions about several files.",
        "tools: Read, Grep, Glob",
        "---",
        "",
        "You answer one question about files. Read what you need, change nothing, and report in at most five sentences.",
      ),
      "tests/agent.test.yaml": lines(
        "- test: the agent works on its own and only its report comes back",
        "  prompt: Ask the reader what notes.txt says.",
        '  files: { notes.txt: "The door is green." }',
        "  model:",
        `    - call: { name: Agent, input: { subagent_type: "${name}:reader", description: read, prompt: What does notes.txt say? } }`,
        "    - { expect: { result: The door is green }, text: 'It says: the door is green.' }",
        "    - when: { system: You answer one question about files }",
        "      call: { name: Read, input: { file_path: notes.txt } }",
        "    - text: The door is green.",
        "  expect:",
        "    answer: the door is green",
        "    calls: [{ name: Agent, decision: allow, error: false }]",
        "    no_calls: [Read]",
      ),
    },
    about: `the agent \`${name}:reader\`, which the model calls through the tool Agent`,
  };
}
