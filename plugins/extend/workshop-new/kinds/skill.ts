import { lines, type Facts, type Scaffold } from "../scaffold.js";

export function skill({ name }: Facts): Scaffold {
  return {
    files: {
      "skills/greet/SKILL.md": lines(
        "---",
        "name: greet",
        "description: Greets somebody by name in the tone of this project. Use when the user asks for a greeting.",
        "---",
        "",
        "Write one friendly sentence that greets $ARGUMENTS by name. Follow [the tone](references/tone.md).",
      ),
      "skills/greet/references/tone.md": lines("Short, warm, no exclamation marks."),
      "tests/skill.test.yaml": lines(
        "- test: the skill is listed and its body reaches the model when it is used",
        "  prompt: Please greet Ann.",
        "  model:",
        `    - expect: { prompt: "${name}:greet" }`,
        `      call: { name: Skill, input: { skill: "${name}:greet", args: Ann } }`,
        "    - expect: { result: /greets Ann by name/ }",
        "      text: Good morning, Ann.",
        "  expect:",
        "    answer: Good morning, Ann.",
        "    calls: [{ name: Skill, decision: allow, error: false }]",
        "- test: the skill runs when it is typed",
        `  prompt: /${name}:greet Ben`,
        "  model: [{ expect: { prompt: greets Ben by name }, text: 'Good morning, Ben.' }]",
        "  expect: { answer: 'Good morning, Ben.' }",
      ),
    },
    about: `the skill \`greet\`: the model uses it by itself, or type \`/${name}:greet NAME\``,
  };
}
