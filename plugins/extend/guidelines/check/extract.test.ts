import { describe, expect, it } from "vitest";
import { extract } from "./extract.js";
import type { Extracted } from "./extract.js";
import { statementsOf } from "./statements.js";

const folders = new Set(["src", "src/client", "tests", "web/components"]);
const layout = { folders, folderNames: new Set(["src", "client", "tests", "components"]) };

function read(text: string): readonly Extracted[] {
  return statementsOf("/x/AGENTS.md", text).map((statement) => extract(statement, { layout, base: "" }));
}

function checks(text: string): string[] {
  return read(text).flatMap(({ rules }) => rules.map(({ check }) => `${check.kind}: ${check.says}`));
}

describe("A sentence becomes a check when it leaves nothing to judgement", () => {
  it.each([
    ["Never use `any`.", "word: This is the type any"],
    ["Do not use `console.log`; use the logger.", 'word: "console.log" is used here'],
    ["**NEVER** commit `.env` files", 'place: ".env" is not to be here'],
    ["You must never modify `package-lock.json` by hand.", 'change: "package-lock.json" is to be left as it is'],
    ["Never edit files in `generated/`", "change: What stands here is to be left as it is"],
    ["Always use `pnpm`, never `npm`.", 'command: "npm" is run here'],
    ["Use `dayjs` instead of `moment`.", 'word: "moment" is used here'],
    ["Use `===`, not `==`.", 'word: "==" is used here'],
    ["`core/` must never import from `plugins/`", 'import: "plugins/" is imported here'],
    ["In `packages/api`, never import from `packages/web`.", 'import: "packages/web" is imported here'],
    ["Direct imports of `pg` are not allowed outside `src/db/`", 'import: "pg" is imported here'],
    ["Don't run `git push --force`.", 'command: "git push --force" is run here'],
    ["`npm install` must never be run", 'command: "npm install" is run here'],
    ["Tests must live in `tests/`.", "place: The file does not stand in tests/"],
    [
      "Do NOT add `.exe` or `node_modules/`",
      'place: ".exe" is not to be here|place: "node_modules/" is not to be here',
    ],
    ["File names must be kebab-case.", "name: The file's name is not kebab-case"],
    ["Test files must be named `*.test.ts`.", "name: The file is not named *.test.ts"],
    ["Files in `src/` must never exceed 400 lines", "size: The file has more than 400 lines"],
    ["Never exceed 120 characters per line", "size: The line has more than 120 characters"],
    ["No default exports.", "word: This is a default export"],
    ["There must be no `console` statements", "word: This is a call of console"],
    [
      'Never use the words "simply" or "best in class" in docs',
      'word: The word "simply" stands here|word: The words "best in class" stand here',
    ],
    ["The word “leverage” is forbidden", 'word: The word "leverage" stands here'],
    ["Import specifiers must end in `.js`.", "import: The import does not end in .js"],
    ["Always import `Button` from `@/ui`.", 'import: "Button" is not imported from @/ui'],
    ["Every source file must begin with `// SPDX`.", 'content: The file does not begin with "// SPDX"'],
    ["`console.log` may only be used in `scripts/`.", 'word: "console.log" is used here'],
    ["Only `src/config.ts` may read `process.env`.", 'word: "process.env" is used here'],
    ["Use of `eval()` is prohibited.", 'word: "eval()" is used here'],
    ["NEVER use `a_b`/`c_d` blocks", 'word: "a_b" is used here|word: "c_d" is used here'],
  ])("%s", (text, expected) => expect(checks(text).join("|")).toBe(expected));

  it("also as an item below one that ends in a colon, or below a heading", () => {
    expect(checks("Never use:\n\n- `eval`\n- `with`")).toEqual([
      'word: "eval" is used here',
      'word: "with" is used here',
    ]);
    expect(checks("- Never:\n  - run `npm ci`\n  - use `var`\n- Talk.")).toHaveLength(2);
    expect(checks("## Never\n\n- Use `eval`\n- `debugger;;`")).toContain('word: "eval" is used here');
  });

  it("with the line it stands on, in paragraphs over lines as well", () => {
    const text = "# T\n\nThe first words of this\nparagraph. Never use `eval`\nhere.\n\n- x\n- never use `var`";
    expect(read(text).flatMap(({ rules }) => rules.map(({ line }) => line))).toEqual([4, 8]);
  });

  it("for the files it is about", () => {
    const fits = (text: string, path: string): boolean => read(text)[0]!.rules[0]!.scope.fits(path);
    const cases: readonly [string, string, string][] = [
      ["In tests, never use `sleep`.", "src/a.test.ts", "src/a.ts"],
      ["Never use `any` outside of tests.", "src/a.ts", "tests/a.ts"],
      ["Never use `print` in Python.", "a.py", "a.ts"],
      ["Do not use `x.y` in `src/`, except in `src/cli.ts`.", "src/a.ts", "src/cli.ts"],
      ["Never use `x.y` in components", "web/components/a.tsx", "src/a.tsx"],
      ["Never use `x.y` in `*.tsx` files", "a.tsx", "a.ts"],
      ["## Python\n\n- Never use `x.y`.", "a.py", "a.ts"],
      ["## Tests in `web/`\n\n- Never use `x.y`.", "web/a.test.ts", "src/a.test.ts"],
    ];
    for (const [text, within, outside] of cases)
      expect([text, fits(text, within), fits(text, outside)]).toEqual([text, true, false]);
  });
});

describe("A sentence is counted and left alone when somebody has to judge", () => {
  it.each([
    ["Never use `any` unless there is no other way.", "it depends on a condition"],
    ["Only use `any` when interfacing with untyped libraries.", "it is not clear what it allows where"],
    ["Never use `float` for money.", 'it is not clear what "for money" adds'],
    ["Never use `metadata` as a field name", 'it is not clear what "as a field name" adds'],
    ["Never use `useEffect` conditionally.", 'it is not clear what "conditionally" adds'],
    ["Never use libraries like `lodash`.", 'it is not clear what "like" adds'],
    ["If the table is large, use `a_b` instead of `c_d`.", "it depends on a condition"],
    ["Never trust user input.", "it does not say in so many words what is not to be done"],
    ["Never commit secrets.", "it names no file or folder"],
    ["Never use `;`.", '";" is too little to search for'],
    ["You must ask before installing anything.", "what it asks for has to be judged"],
    ["React component files must be PascalCase.", "what it asks for has to be judged"],
    ["## Commits\n\n- Never use `feat`.", "it is about something that is no file"],
    ['No "quick hacks".', 'it is not clear what "quick hacks" stands for'],
  ])("%s", (text, why) => {
    const [first] = read(text);
    expect(first).toMatchObject({ rules: [], unchecked: { why } });
  });

  it.each([
    "Prefer `const` over `let`.",
    "Avoid `any`.",
    "This flag is only used by tests.",
    "```\nNever use `x.y`.\n```",
    "<!-- Never use `x.y`. -->",
    "Never use `x.y`. <!-- unchecked -->",
    "constructor __proto__ toString",
  ])("and nothing is said of what is no rule: %s", (text) => {
    expect(read(text).filter(({ rules, unchecked }) => rules.length > 0 || unchecked)).toEqual([]);
  });

  it("within bounds for text that nobody would write", () => {
    const started = performance.now();
    for (const text of [
      "`".repeat(100_000),
      "(".repeat(100_000),
      "never use `a` or ".repeat(20_000),
      "<!--\n".repeat(20_000),
      "in the ".repeat(30_000),
    ])
      read(text);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
