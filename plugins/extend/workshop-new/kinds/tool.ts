import { lines, type Scaffold } from "../scaffold.js";

const EXTENSION = {
  main: "dev.nacre/index.mjs",
  provides: {
    tool: [
      {
        name: "CountWords",
        description: "Counts the words of a text.",
        effect: "read",
        inputSchema: {
          type: "object",
          properties: { text: { type: "string", description: "The text" } },
          required: ["text"],
          additionalProperties: false,
        },
      },
    ],
  },
};

export function tool(): Scaffold {
  return {
    files: {
      "dev.nacre/index.mjs": lines(
        "/** @type {import('nacre').Setup} */",
        "const setup = (ctx) => {",
        "  // What the manifest says of the tool (words, input, effect) need not be said again.",
        "  ctx.add('tool', /** @type {import('nacre').Registries['tool']} */ ({ name: 'CountWords', run }));",
        "};",
        "export default setup;",
        "",
        "/**",
        " * @param {Readonly<Record<string, unknown>>} input",
        " * @returns {Promise<{ content: string, isError?: boolean, details?: unknown }>}",
        " */",
        "async function run({ text }) {",
        "  const words = String(text).split(/\\s+/).filter((word) => word !== '').length;",
        "  return { content: `${words} words`, details: { words } };",
        "}",
      ),
      "tests/tool.test.yaml": lines(
        "- test: the tool counts words",
        "  prompt: How many words are in 'one two three'?",
        "  model:",
        "    - expect: { tools: [CountWords] }",
        "      call: { name: CountWords, input: { text: one two three } }",
        "    - { expect: { result: 3 words, error: false }, text: Three. }",
        "  expect:",
        "    answer: Three.",
        "    calls: [{ name: CountWords, decision: allow, result: 3 words }]",
        "- test: a call without text is refused before the tool runs",
        "  prompt: Count nothing.",
        "  model: [{ call: { name: CountWords, input: {} } }, { expect: { error: true }, text: I cannot. }]",
        "  expect: { calls: [{ name: CountWords, decision: deny, error: true }] }",
      ),
    },
    extension: EXTENSION,
    about: "the tool `CountWords`, in plain JavaScript with types in comments",
  };
}
