import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FlagValue } from "../../../../schemas/front.js";
import { boot } from "../../../../test/boot.js";

let dir: string;

beforeEach(() => {
  dir = join(realpathSync(mkdtempSync(join(tmpdir(), "nacre-check-"))), "project");
  mkdirSync(dir);
});
afterEach(() => rmSync(dirname(dir), { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

function git(...args: string[]): string {
  const identity = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...identity, ...args], { cwd: dir, encoding: "utf8", stdio: "pipe" });
}

function commit(files: Readonly<Record<string, string>>): void {
  write(files);
  if (!existsSync(join(dir, ".git"))) git("init", "-q");
  git("add", "-A", "-f");
  git("commit", "-qm", "x");
}

async function check(flags: Readonly<Record<string, FlagValue>> = {}, name = "guidelines check") {
  await using shell = await boot({
    plugins: ["guidelines"],
    script: [],
    dir,
    home: join(dirname(dir), "home", ".nacre"),
  });
  const stdout = new PassThrough();
  let text = "";
  stdout.on("data", (part) => (text += String(part)));
  const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  const code = await (await shell.kernel.get("subcommand", name))!.run({ flags, positionals: [], io });
  const breaches = [...text.matchAll(/^(\S+?:\d+):\d+ {2}(.*)\.$/gm)].map(([, place, says]) => `${place} ${says}`);
  return { code, text, breaches };
}

const PROJECT = {
  "AGENTS.md": [
    "# Project",
    "",
    "- Always use `pnpm`, never `npm`.",
    "- Never commit `.env` files.",
    "- Never edit files in `src/generated/`.",
    "- File names must be kebab-case.",
    "",
    "## TypeScript",
    "",
    "1. Never use `any`.",
    "2. Do not use `console.log` in `src/` (use `log`), except in `src/cli.ts`.",
    "3. `src/domain/` must never import from `src/infra/`.",
    "4. Use `dayjs` instead of `moment`.",
    "5. Never leave `TODO` comments.",
    "",
    "## Tests",
    "",
    "- All tests must live in `tests/`.",
    "",
    "## Docs",
    "",
    '- Never use the word "simply" in docs.',
    "- Keep it short. You must be friendly.",
  ].join("\n"),
  "CLAUDE.md": "@AGENTS.md\n",
  "web/CLAUDE.md": "- Never use `localStorage` directly.\n",
  ".claude/rules/py.md": "---\npaths: ['**/*.py']\n---\n- Never use `print`.\n",
  "package.json": '{\n  "scripts": {\n    "gen": "npm run x && tsc"\n  },\n  "dependencies": { "moment": "1" }\n}\n',
  "src/domain/order.ts": [
    'import { db } from "../infra/db.js";',
    'import moment from "moment";',
    "// any comment; console.log and TODO-free",
    'const text = "console.log(any) TODO";',
    "export const price = (x: any): number => {",
    "  console.log(`sum ${x.any} ${console.log(x)}`);",
    "  return Promise.any([x]).any as any;",
    "};",
    "/* TODO: tidy up */",
    'const re = /"any"/; const y: Array<any> = [];',
    "",
  ].join("\n"),
  "src/cli.ts": "console.log(1);\n",
  "src/BadName.ts": "export {};\n",
  "src/domain/order.test.ts": "export {};\n",
  "web/src/app.js": "localStorage.clear();\n// localStorage\n",
  "scripts/run.py": '"""print(1)"""\nprint("x")  # print\nself.print()\n',
  "scripts/run.sh": "#!/bin/sh\n# npm install\nsudo npm ci && pnpm i\n",
  ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: npm ci\n",
  "docs/setup.md": "Simply run:\n\n```sh\n$ npm install x\n```\n\nsimplyfied\n",
  "node_modules/x/index.ts": "const x: any = 1;\n",
};

const BREACHES = [
  '.env:1 ".env" is not to be here',
  '.github/workflows/ci.yml:4 "npm" is run here',
  'docs/setup.md:1 The word "simply" stands here',
  'docs/setup.md:4 "npm" is run here',
  'package.json:3 "npm" is run here',
  'package.json:5 "moment" is used here',
  'scripts/run.py:2 "print" is used here',
  'scripts/run.sh:3 "npm" is run here',
  "src/BadName.ts:1 The file's name is not kebab-case",
  "src/domain/order.test.ts:1 The file does not stand in tests/",
  'src/domain/order.ts:1 "src/infra/" is imported here',
  'src/domain/order.ts:2 "moment" is used here',
  "src/domain/order.ts:5 This is the type any",
  'src/domain/order.ts:6 "console.log" is used here',
  'src/domain/order.ts:6 "console.log" is used here',
  "src/domain/order.ts:7 This is the type any",
  "src/domain/order.ts:9 This is a TODO or FIXME",
  "src/domain/order.ts:10 This is the type any",
  'web/src/app.js:1 "localStorage" is used here',
];

describe("nacre guidelines check", () => {
  it("finds each breach in a project, and nothing else", async () => {
    commit({ ...PROJECT, ".env": "A=1\n" });
    const { code, breaches, text } = await check();
    expect(breaches).toEqual(BREACHES);
    expect(code).toBe(1);
    expect(text).toMatch(/AGENTS\.md:10: Never use `any`/);
    expect(text).toMatch(
      /\n19 breaches of \d+ rules: \d+ checks in \d+ files\. 1 rule is about changes: see --diff\. 1 rule could not be turned into a check \(--verbose lists them\)\.\n$/,
    );
  });

  it("does the same without git", async () => {
    write({ ...PROJECT, ".env": "A=1\n" });
    expect((await check()).breaches).toEqual(BREACHES);
    await expect(check({ diff: true })).rejects.toThrow(/is no git repository/);
  });

  it("ends with 0 where nothing is wrong, and says when there are no guidelines", async () => {
    commit({ "AGENTS.md": "Never use `eval`.", "a.ts": "export {};\n" });
    expect(await check()).toMatchObject({
      code: 0,
      text: "Nothing stands against the guidelines: 1 check in 1 file.\n",
    });
    rmSync(join(dir, "AGENTS.md"));
    expect(await check()).toMatchObject({ code: 0, text: "There are no guidelines to check against.\n" });
  });

  it("looks only at what changed with --diff: new lines, new files, changes of what is to be left alone", async () => {
    commit({ ...PROJECT, "src/generated/g.ts": "export const g = 1;\n", 'odd "name.ts': "let a;\n" });
    expect(await check({ diff: true })).toMatchObject({ code: 0, breaches: [] });
    write({
      "src/domain/order.ts": `${PROJECT["src/domain/order.ts"]}const z: any = 1;\n`,
      "src/generated/g.ts": "export const g = 2;\n",
      "src/new.test.ts": "const ok = 1;\n",
      'odd "name.ts': "let a: any;\n",
      ".env": "A=1\n",
    });
    const { code, breaches } = await check({ diff: true });
    expect(breaches).toEqual([
      '.env:1 ".env" is not to be here',
      "src/domain/order.ts:11 This is the type any",
      "src/generated/g.ts:1 What stands here is to be left as it is",
      "src/new.test.ts:1 The file does not stand in tests/",
    ]);
    expect(code).toBe(1);
    expect((await check({ diff: true })).text).toContain('odd "name.ts:1:');
  });

  it("counts from another revision, and refuses what is none", async () => {
    commit({ "AGENTS.md": "Never use `eval`.", "a.ts": "1;\n" });
    git("checkout", "-qb", "side");
    commit({ "b.ts": "eval(1);\n" });
    expect((await check({ diff: true })).breaches).toEqual([]);
    for (const diff of ["main", "HEAD~1", "main...HEAD", "main..."])
      expect((await check({ diff })).breaches).toEqual(['b.ts:1 "eval" is used here']);
    for (const diff of ["nosuch", "--output=x", "a..b"]) await expect(check({ diff })).rejects.toThrow(/^--diff=/);
  });

  it("takes everything for new in a repository without a commit", async () => {
    git("init", "-q");
    write({ "AGENTS.md": "Never use `eval`.", "b.ts": "eval(1);\n" });
    expect((await check({ diff: true })).breaches).toEqual(['b.ts:1 "eval" is used here']);
  });

  it("runs nothing that a repository names", async () => {
    commit({ "AGENTS.md": "Never use `eval`.", "a.ts": "1;\n", ".gitattributes": "*.ts filter=x diff=x\n" });
    const trap = join(dirname(dir), "trap");
    writeFileSync(trap, `#!/bin/sh\ntouch ${trap}-sprung\ncat\n`);
    chmodSync(trap, 0o755);
    const keys = [
      "filter.x.clean",
      "filter.x.process",
      "diff.x.textconv",
      "diff.x.command",
      "diff.external",
      "core.fsmonitor",
      "core.pager",
      "core.sshCommand",
    ];
    for (const key of keys) git("config", key, trap);
    write({ "a.ts": "eval(1);\n" });
    expect((await check({ diff: true })).breaches).toEqual(['a.ts:1 "eval" is used here']);
    expect(existsSync(`${trap}-sprung`)).toBe(false);
  });

  it("tells programs everything, and people every sentence that is no check", async () => {
    commit({ ...PROJECT, ".env": "A=1\n" });
    const json = JSON.parse((await check({ json: true })).text) as Record<string, readonly object[]>;
    expect(json["breaches"]).toHaveLength(BREACHES.length);
    expect(json["breaches"]![0]).toMatchObject({
      path: ".env",
      line: 1,
      kind: "place",
      rule: { file: join(dir, "AGENTS.md"), line: 4 },
    });
    expect(json["unchecked"]).toMatchObject([
      { line: 23, text: "You must be friendly", why: "what it asks for has to be judged" },
    ]);
    expect((await check({ verbose: true })).text).toContain(
      "AGENTS.md:23: You must be friendly\n      what it asks for has to be judged",
    );
  });

  it("is not harmed by files that are too large, no text, links or gone", async () => {
    commit({
      "AGENTS.md": "Never use `eval`.",
      "big.ts": `${"eval(1);\n".repeat(200_000)}`,
      "bin.ts": "eval(1)\0",
      "gone.ts": "eval(1);",
    });
    execFileSync("ln", ["-s", "/etc/hostname", join(dir, "link.ts")]);
    rmSync(join(dir, "gone.ts"));
    expect((await check()).breaches).toEqual([]);
    expect((await check({ diff: true })).breaches).toEqual([]);
  });
});

describe("nacre guidelines list", () => {
  it("prints the files in order, as text and as JSON", async () => {
    write({ "AGENTS.md": "a", "CLAUDE.md": "c" });
    expect((await check({}, "guidelines list")).text).toBe(
      "  1. AGENTS.md  project, not trusted, 1 byte\n  2. CLAUDE.md  project, not trusted, 1 byte\n",
    );
    const { files } = JSON.parse((await check({ json: true }, "guidelines list")).text) as {
      readonly files: readonly object[];
    };
    expect(files).toMatchObject([{ file: join(dir, "AGENTS.md"), level: "project", bytes: 1 }, {}]);
  });
});
