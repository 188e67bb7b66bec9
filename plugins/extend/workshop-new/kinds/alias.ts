import { lines, type Facts, type Scaffold } from "../scaffold.js";

export function alias({ name }: Facts): Scaffold {
  return {
    files: {
      "dev.nacre/aliases.nalias": lines(
        "# Aliases run tools without a model: nacre -p @todos",
        'alias todos(dir: path = ".") "Find what is left to do" = Grep(pattern: "TODO|FIXME", path: $dir, output_mode: "content")',
      ),
      "tests/alias.test.yaml": lines(
        "- test: the alias runs without a model",
        `  prompt: "@${name}:todos"`,
        '  files: { notes.txt: "TODO: water the plants" }',
        "  expect: { answer: water the plants }",
      ),
    },
    about: `the alias \`@${name}:todos\`, which needs no model`,
  };
}
