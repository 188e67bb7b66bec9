import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../schemas/errors.js";
import type { BootOptions, Shell } from "../../../test/boot.js";
import { EXAMPLES } from "./examples.js";
import { shellWith } from "./testing.js";

interface Ran {
  readonly code: number;
  readonly text: string;
}

async function alias(shell: Shell, words: readonly string[], json = false): Promise<Ran> {
  const stdout = new PassThrough();
  const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough() };
  const command = (await shell.kernel.get("subcommand", "alias"))!;
  try {
    const code = await command.run({ flags: json ? { json } : {}, positionals: words, io });
    const text = String((stdout.read() as Buffer | null) ?? "").replaceAll(shell.dir, "DIR");
    return { code, text };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: error.exitCode, text: error.message.replaceAll(shell.dir, "DIR") };
  }
}

/** What `nacre alias check` says of a project's alias file, without the file's name. */
async function checked(text: string, options: Partial<BootOptions> = {}): Promise<readonly string[]> {
  await using run = await shellWith(text, options);
  const { text: said } = await alias(run.shell, ["check"]);
  return said
    .trimEnd()
    .split("\n")
    .map((line) => line.replace("DIR/.nacre/aliases.nalias:", ""));
}

const TYPES = "string, path, glob, regex, int, number, bool";

describe("nacre alias check", () => {
  it("finds nothing wrong with the ten examples where their tools are there", async () => {
    const text = Object.values(EXAMPLES).join("\n");
    expect(await checked(text, { files: { ".nacre/team.nalias": "" } })).toEqual(["9 aliases, no errors."]);
  });

  it.each<[string, readonly string[]]>([
    [
      "alias a = @b()\nalias b = @a()",
      [
        "1:11: error: The aliases call each other in a circle: @a -> @b -> @a.",
        "2:11: error: The aliases call each other in a circle: @b -> @a -> @b.",
      ],
    ],
    ["alias a = @a()", ["1:11: error: The aliases call each other in a circle: @a -> @a."]],
    ["alias x = Nope(a: 1)", ['1:11: error: There is no tool "Nope". Load the plugin that has it, or mend the name.']],
    [
      "alias x = mcp.no.such(a: 1)",
      ['1:11: error: There is no tool "mcp.no.such". Load the plugin that has it, or mend the name.'],
    ],
    [
      'alias x(n: int = "a") = LS()',
      ['1:18: error: The default of "n" is not of its type int: it has to be a whole number.'],
    ],
    [
      'alias x(n: ("a" | "b") = "c") = LS()',
      ['1:26: error: The default of "n" is not of its type ("a" | "b"): it has to be one of "a", "b".'],
    ],
    [
      "alias x(n: regex = '(') = LS()",
      ['1:20: error: The default of "n" is not of its type regex: it has to be a regular expression.'],
    ],
    ["alias x(...n = 1) = LS()", ['1:16: error: The default of "...n" is a list.']],
    ["alias x = Bash(timeout: 1)", ['1:11: error: Bash needs the argument "command".']],
    ["alias y(a: int) = LS()\nalias x = @y()", ['2:11: error: @y needs the argument "a".']],
    [
      "alias y(a: int) = LS()\nalias x = @y(a: true, b: 1)",
      ['2:17: error: "a" of @y has to be a whole number.', '2:23: error: @y has no parameter "b"; it has a.'],
    ],
    ["alias y(a: int) = LS()\nalias x(b: bool) = @y(a: $b)", ['2:26: error: "a" of @y has to be of the type int.']],
    ["alias x = LS(path: 3)", ['1:20: error: "path" of LS has to be a string.']],
    ["alias x(n: int) = LS(path: $n)", ['1:28: error: "path" of LS has to be a string.']],
    ['alias x = LS(sort: "big")', ['1:20: error: "sort" of LS has to be one of name, size, time.']],
    ['alias x(s: ("name" | "up")) = LS(sort: $s)', ['1:40: error: "sort" of LS has to be one of name, size, time.']],
    [
      'alias x = LS(ignore: ["a", 1])',
      [
        '1:22: error: "ignore" of LS has to be as its schema says (Instance type "number" is invalid. Expected "string").',
      ],
    ],
    [
      'alias x(n: int) = LS(ignore: ["a", $n])',
      ['1:30: error: "ignore" of LS has to be a list in which each is a string.'],
    ],
    ["alias x = LS(ignore: {})", ['1:22: error: "ignore" of LS has to be an array.']],
    [
      'alias x = mcp.github.create_issue(repo: "a", no: 1)',
      ['1:46: error: mcp__github__create_issue has no argument "no"; it has repo, labels, meta.'],
    ],
    [
      "alias x = LS(pth: 1)",
      ['1:14: warning: LS has no argument "pth"; it has path, sort, ignore.', "1 alias, no errors."],
    ],
    ['alias x = LS(path: "a", path: "b")', ['1:25: error: The argument "path" is given twice.']],
    [
      "alias x(a, a) = LS(path: $b)",
      ['1:12: error: There is a parameter "a" already.', '1:26: error: Nothing is called "$b"; there are $a, $_.'],
    ],
    ["alias x(a: strange) = LS()", [`1:12: error: There is no type "strange"; the types are ${TYPES}.`]],
    ["alias x(...a, b) = LS()", ['1:12: error: "...a" takes all that is left, so it stands last.']],
    ['alias x = LS() as d ; Agent(prompt: "${d} ${e}")', ['1:43: error: Nothing is called "$e"; there are $_, $d.']],
    ["alias x(d) = LS() as d", ['1:22: error: "d" means something else already.']],
    [
      'alias x when weather == "fine" = LS()',
      ['1:14: error: There is no condition "weather"; there are branch, git, os, exists(...) and env(...).'],
    ],
    ["alias x when exists = LS()", ['1:14: error: exists needs a text, as in exists("package.json").']],
    ['alias x when os("a") = LS()', ["1:14: error: os stands without parentheses."]],
    [
      "alias x = LS() with { permission: allow }",
      ["1:35: error: permission can only be ask or deny: an alias grants nothing."],
    ],
    [
      "alias x = LS() with { timeout: 5, retry: -1, speed: fast }",
      [
        "1:32: error: A timeout is a duration of at most 24h, as in 30s or 5m.",
        "1:42: error: retry is a whole number from 0 to 10.",
        '1:46: error: There is no modifier "speed"; there are timeout, permission and retry.',
      ],
    ],
    ["alias x = LS() with { retry: 1, retry: 2 }", ['1:33: error: "retry" stands here twice.']],
    [
      "alias x = LS()\nalias x = LS()",
      [
        '2:7: error: There is an alias "x" already, in 1:7. Give it another name, or take the first back with unalias x.',
      ],
    ],
    ["unalias gone", ['1:9: error: There is no alias "gone" to take back.']],
    [
      'alias x(a: string) = Bash(command: "echo $(echo ${a})")',
      [
        '1:49: error: "${a}" cannot be quoted for the shell inside of $(...). Put it in a place of its own, outside of that.',
      ],
    ],
    ['include "/etc/passwd"', ['1:9: error: An include is relative, as in "./team.nalias", not "/etc/passwd".']],
    ['include "../../../x.nalias"', ['1:9: error: "../../../x.nalias" lies outside of DIR/.nacre.']],
    ['include "./no.nalias"', ['1:9: error: "./no.nalias" does not exist.']],
  ])("says of %j where it is wrong", async (text, expected) => {
    const lines = await checked(text);
    expect(lines.slice(0, expected.length)).toEqual(expected);
  });

  it("reports includes in a circle once, and that of a link out of the folder", async () => {
    await using run = await shellWith('include "./a.nalias"\ninclude "./link.nalias"', {
      files: { ".nacre/a.nalias": 'include "./aliases.nalias"\nalias a = LS()', "secret.nalias": "alias s = LS()" },
    });
    symlinkSync("/etc/hostname", join(run.shell.dir, ".nacre/link.nalias"));
    const { code, text } = await alias(run.shell, ["check", ".nacre/aliases.nalias"]);
    expect(code).toBe(1);
    expect(text).toContain(
      "a.nalias:1:9: error: The files include each other in a circle: aliases.nalias -> a.nalias -> aliases.nalias.",
    );
    expect(text).toContain("outside of DIR/.nacre.");
  });

  it("keeps aliases usable beside broken ones, and gives the place to who uses a broken one", async () => {
    await using run = await shellWith("alias bad = Nope()\nalias worse = (\nalias uses = @bad()\nalias good = LS()");
    expect((await run.shell.send("@good")).reason).toBe("completed");
    const said = async (typed: string): Promise<string | undefined> =>
      (await run.shell.send(typed)).message
        ?.replaceAll(run.shell.dir, "DIR")
        .replaceAll("DIR/.nacre/aliases.nalias", "F");
    expect(await said("@bad")).toBe('F:1:13: There is no tool "Nope".');
    expect(await said("/uses")).toBe('F:1:13: There is no tool "Nope".');
    expect(await said("@worse")).toBe('F:2:15: A call, as in Tool(name: value) or @alias() is expected here, not "(".');
  });

  it("looks at a single file, and prints JSON", async () => {
    await using run = await shellWith("alias known = LS()", {
      files: { "x.nalias": "alias x = @known()\nalias y = Nope()" },
    });
    const { code, text } = await alias(run.shell, ["check", "x.nalias"], true);
    expect(code).toBe(1);
    expect(JSON.parse(text)).toEqual([
      expect.objectContaining({ severity: "error", code: "alias", file: "DIR/x.nalias", line: 2, column: 11 }),
    ]);
    expect(await alias(run.shell, ["check", "gone.nalias"])).toMatchObject({
      code: 1,
      text: expect.stringContaining("does not exist"),
    });
  });

  it("survives files that are none, and too large ones", async () => {
    await using run = await shellWith("", { files: { "big.nalias": "# x\n".repeat(80_000), "nul.nalias": "alias\0" } });
    mkdirSync(join(run.shell.dir, "folder.nalias"));
    for (const [file, word] of [
      ["big", "larger than 256 KB"],
      ["nul", "not a text file"],
      ["folder", "is a folder"],
    ] as const) {
      expect((await alias(run.shell, ["check", `${file}.nalias`])).text).toContain(word);
    }
  });
});

describe("nacre alias list and show", () => {
  it("lists every alias with usage and place, those that cannot run too", async () => {
    await using run = await shellWith('alias b(x, ...y) "About b" = LS()\nalias a = Nope()\nalias c = (');
    expect((await alias(run.shell, ["list"])).text.split("\n")).toEqual([
      "@a           cannot run (nacre alias check)  DIR/.nacre/aliases.nalias:2:7",
      "@b X [Y...]  About b  DIR/.nacre/aliases.nalias:1:7",
      "@c           cannot run (nacre alias check)  DIR/.nacre/aliases.nalias:3:11",
      "",
    ]);
    await using none = await shellWith("");
    expect((await alias(none.shell, ["list"])).text).toMatch(/^There are no aliases/);
  });

  it("shows the expansion with the decision on each call, and runs nothing", async () => {
    const text = [
      'alias in(c: string) = Bash(command: "touch ${c}") with { permission: ask }',
      'alias out(n: string) when git = @in(c: $n) ; Git(args: ["status"]) as s | Agent(prompt: $s)',
    ].join("\n");
    await using run = await shellWith(text, { plugins: ["permissions"], settings: { "permissions.deny": ["Agent"] } });
    const { text: shown } = await alias(run.shell, ["show", "out"]);
    expect(shown.split("\n").slice(0, 9)).toEqual([
      "@out N",
      "  DIR/.nacre/aliases.nalias:2:7",
      "  when git",
      '  shown with n = "N"',
      "",
      '   @in(c: "N")',
      `     Bash(command: "touch 'N'")`,
      expect.stringMatching(/^ {7}ask: /),
      ';  Git(args: ["status"]) as s',
    ]);
    expect(shown).toMatch(/\| {2}Agent\(prompt: "\(result of Git\)"\)\n {5}deny: .*Agent/);
    expect(run.shell.results()).toEqual([]);
    const json = JSON.parse((await alias(run.shell, ["show", "@in", "--", "a b"], true)).text) as { calls: unknown[] };
    expect(json.calls).toMatchObject([
      { call: "Bash", input: { command: "touch 'a b'" }, decision: { behavior: "ask" } },
    ]);
  });

  it("shows what there is of an alias that cannot run, with its errors", async () => {
    await using run = await shellWith("alias a = Nope(x: 1) ; LS()\nalias b = LS(path: $gone)");
    const { code, text } = await alias(run.shell, ["show", "a"]);
    expect([code, text]).toEqual([
      0,
      expect.stringContaining('error: DIR/.nacre/aliases.nalias:1:11: There is no tool "Nope".'),
    ]);
    expect(text).toContain('   Nope(x: 1)\n     deny: There is no tool "Nope".\n;  LS()');
    expect((await alias(run.shell, ["show", "b"])).text).toContain('Nothing is called "$gone"');
  });

  it.each([[[]], [["what"]], [["list", "x"]], [["show"]], [["check", "a", "b"]]])(
    "%j is answered with the usage",
    async (words) => {
      await using run = await shellWith("");
      expect(await alias(run.shell, words)).toMatchObject({
        code: 2,
        text: expect.stringMatching(/^Usage: nacre alias/),
      });
    },
  );

  it("says where a name leads to nothing", async () => {
    await using run = await shellWith("");
    expect((await alias(run.shell, ["show", "x"])).text).toBe(
      'There is no alias "x"; nacre alias list names all there are.',
    );
  });
});

describe("aliases of several places", () => {
  it("lets the project's hide the user's, which it can take back, and names a plugin's after it", async () => {
    await using run = await shellWith('alias same = Agent(prompt: "project")\nunalias mine', {
      script: [{ say: "?" }],
      pluginDirs: ["tool-box"],
      files: {
        "~/.nacre/aliases.nalias": 'alias same = Agent(prompt: "user")\nalias mine = LS()\nalias users = @same()',
        "tool-box/plugin.json": '{ "name": "tool-box" }',
        "tool-box/aliases.nalias": 'alias same = Agent(prompt: "plugin")\nalias only = @same()',
      },
    });
    for (const typed of ["@same", "@users", "@only", "@tool-box:same", "/tool-box:only"]) await run.shell.send(typed);
    expect(run.got.map(({ input }) => input["prompt"])).toEqual(["project", "project", "plugin", "plugin", "plugin"]);
    expect((await run.shell.send("@mine")).turns).toBe(1);
  });

  it("reads nothing where there is no file", async () => {
    await using run = await shellWith("", { script: [{ say: "?" }] });
    writeFileSync(join(run.shell.dir, ".nacre/aliases.nalias"), "");
    expect((await run.shell.send("@any")).turns).toBe(1);
  });
});
