import { describe, expect, it } from "vitest";
import { markdownPieces } from "./body-pieces.js";
import { filler, takesArguments } from "./fill-body.js";
import { splitWords } from "./split-words.js";
import { tomlPieces } from "./toml-pieces.js";

describe("words", () => {
  it.each([
    ["a  b\tc", ["a", "b", "c"]],
    [`"a b" c`, ["a b", "c"]],
    [`'a "b' c\\ d`, ['a "b', "c d"]],
    [`"a \\"b\\"" ''`, ['a "b"', ""]],
    ["don't stop", ["don't", "stop"]],
    ["", []],
  ])("splits %j as a shell does", (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });
});

describe("placeholders", () => {
  const variables = { CLAUDE_SKILL_DIR: "/s", "user_config.KEY": "v", CLAUDE_PLUGIN_ROOT: "/p p" };
  it.each([
    ["$ARGUMENTS!", `one "two three"!`],
    ["$0-$1-$2", "one-two three-$2"],
    ["$ARGUMENTS[1] $ARGUMENTS[7]", "two three $ARGUMENTS[7]"],
    ["$first/$third/$other", "one//$other"],
    ["\\$0 \\$ARGUMENTS \\$first \\$other", "$0 $ARGUMENTS $first \\$other"],
    ["\\\\$0", "\\\\one"],
    ["costs $0.99 and $1,5 and $12", "costs $0.99 and $1,5 and $12"],
    ["${CLAUDE_SKILL_DIR}/x \\${CLAUDE_SKILL_DIR} ${OTHER}", "/s/x \\/s ${OTHER}"],
    ["${user_config.KEY} ${CLAUDE_PLUGIN_ROOT:-.}/x $CLAUDE_PLUGIN_ROOT/y", "v /p p/x /p p/y"],
    ["${1} $ARGUMENTSX ${constructor} $toString", "${1} $ARGUMENTSX ${constructor} $toString"],
  ])("turns %j into %j", (text, filled) => {
    const values = { args: `one "two three"`, names: ["first", "second", "third"], variables };
    expect(filler(values)(text)).toBe(filled);
  });

  it("are not looked for in what came out of one", () => {
    expect(filler({ args: "$0 ${CLAUDE_SKILL_DIR} $ARGUMENTS", variables })("<$ARGUMENTS>")).toBe(
      "<$0 ${CLAUDE_SKILL_DIR} $ARGUMENTS>",
    );
  });

  it.each([
    ["a $ARGUMENTS", true],
    ["a $ARGUMENTS[0]", true],
    ["a \\$ARGUMENTS", false],
    ["a \\\\$ARGUMENTS", true],
    ["a $0", false],
  ])("say whether the arguments have their place in %j", (body, taken) => {
    expect(takesArguments(body)).toBe(taken);
  });
});

describe("pieces of a Markdown body", () => {
  const cut = (body: string, args = ""): unknown[] =>
    markdownPieces(body, filler({ args, variables: {} }))
      .filter(({ kind }) => kind !== "text")
      .map((piece) => (piece.kind === "shell" ? `!${piece.command}` : piece.kind === "file" ? `@${piece.path}` : ""));

  it.each([
    ["- status: !`git status`", ["!git status"]],
    ["!`a` !`b | c`", ["!a", "!b | c"]],
    ["X=!`a` and `!`a`", []],
    ["```!\ngit log\nls $0\n```\nrest", ["!git log\nls one"]],
    ["```!\nnever closed", []],
    ["```sh\n@a.md\n!`ls`\n```", ["!ls"]],
    ["see @docs/a.md, and @b.txt.", ["@docs/a.md", "@b.txt"]],
    ['see @"my file.md"', ["@my file.md"]],
    ["mail me@home.org or `@a.md` or ``x @b`` here", []],
    ["@$0 @${X}/y", ["@one", "@${X}/y"]],
  ])("finds in %j: %j", (body, pieces) => {
    expect(cut(body, "one")).toEqual(pieces);
  });

  it("never runs or reads what an argument holds", () => {
    expect(cut("do $ARGUMENTS", "!`rm x` @/etc/passwd")).toEqual([]);
  });

  it("keeps every other character", () => {
    const body = "# A\n\n- x: !`cmd`, y\n```js\ncode\n```\nend @f.md.\n";
    const pieces = markdownPieces(body, (text) => text);
    const back = pieces.map((one) => (one.kind === "shell" ? one.pattern : one.text)).join("");
    expect(back).toBe(body);
  });
});

describe("pieces of a TOML prompt", () => {
  it("quotes arguments inside of commands, and nowhere else", () => {
    const values = { args: "it's; $ls {{args}} !{x}", variables: {} };
    expect(tomlPieces("A {{args}} !{grep {{args}} f | awk '{print $1}'} @{docs/{{args}}} !{open", values)).toEqual([
      { kind: "text", text: "A it's; $ls {{args}} !{x} " },
      {
        kind: "shell",
        command: "grep 'it'\\''s; $ls {{args}} !{x}' f | awk '{print $1}'",
        pattern: "!{grep {{args}} f | awk '{print $1}'}",
        lenient: true,
      },
      { kind: "text", text: " " },
      { kind: "file", path: "docs/it's; $ls {{args}} !{x}", text: "@{docs/it's; $ls {{args}} !{x}}", place: "here" },
      { kind: "text", text: " !{open" },
    ]);
  });
});

describe("a text of a megabyte that somebody made to take long", () => {
  const fill = filler({ args: "a", variables: {} });
  const half = 512 * 1024;

  it.each([
    ["backticks", "`".repeat(half) + "x".repeat(half)],
    ["runs of backticks", Array.from({ length: 1400 }, (_, at) => "`".repeat(at + 1)).join("x")],
    ["backslashes", "\\".repeat(2 * half)],
    ["placeholders that are not closed", "${a:-".repeat(half / 3)],
    ["fences that are not closed", "```!\n".repeat(half / 3)],
  ])("is cut and filled at once: %s", (_, body) => {
    const pieces = markdownPieces(body, fill);
    expect(pieces.filter(({ kind }) => kind !== "text").length).toBeLessThan(2);
  });

  it("is cut at once in TOML too", () => {
    expect(tomlPieces("!{".repeat(half), { args: "", variables: {} })).toHaveLength(1);
  });
});
