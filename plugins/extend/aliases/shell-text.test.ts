import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "../../../test/check.js";
import { afterAll, describe, expect, it } from "vitest";
import type { Name } from "./language/syntax.js";
import { commandText, unquotable } from "./shell-text.js";
import { shellWith } from "./testing.js";

const dir = mkdtempSync(join(tmpdir(), "nacre-quoting-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Parts of a command in which `@` is the value. */
function partsOf(command: string): readonly (string | Name)[] {
  return command
    .split(/(@)/)
    .filter((part) => part !== "")
    .map((part) => (part === "@" ? { name: "x", at: { line: 1, column: 1 } } : part));
}

const filled = (command: string, ...words: readonly string[]): string => commandText(partsOf(command), () => words);
const bash = (command: string): string => execFileSync("bash", ["-c", command], { cwd: dir, encoding: "utf8" });

/** Values that would do something if the shell read them. */
const EVIL = [
  "; touch pwned",
  "$(touch pwned)",
  "`touch pwned`",
  "'; touch pwned; '",
  '"; touch pwned; "',
  "\n touch pwned",
  "\\",
  "'",
  '"',
  "$HOME",
  "*",
  "-n",
  "",
  " ",
  "}",
  ")",
  "#",
  "\\'; touch pwned #",
];
const anything = fc.oneof(
  fc.constantFrom(...EVIL),
  fc.string({
    unit: fc.constantFrom(
      "'",
      '"',
      "\\",
      "$",
      "`",
      "(",
      ")",
      "{",
      "}",
      "\n",
      " ",
      "#",
      "a",
      ";",
      "é",
      "!",
      "*",
      "~",
      "&",
      "|",
      "<",
      ">",
    ),
  }),
);

/** Commands that print what they got between angle brackets. */
const PLACES = [
  "printf '<%s>' @",
  "printf '<%s>' \"@\"",
  "printf '<%s>' '@'",
  "(printf '<%s>' @)",
  "{ printf '<%s>' @; }",
  "X=@; printf '<%s>' \"$X\"",
  "if true; then printf '<%s>' @ ; fi # end",
  "printf '<%s>' \"$(true)\"'' >/dev/null; printf '<%s>' @",
  "echo \"it's\" >/dev/null && printf '<%s>' @",
  "echo a\\' >/dev/null; printf '<%s>' @",
  "echo $'it\\'s' >/dev/null; printf '<%s>' @",
  "printf '<%s>' a#b @ | sed -z 's/^<a#b>//'",
  "cat <<< '' >/dev/null; printf '<%s>' @",
];

describe("a value in a command", () => {
  it.each(PLACES)("is one word of it and nothing else in: %s", (command) => {
    fc.assert(
      fc.property(fc.array(anything, { minLength: 1, maxLength: 40 }), (values) => {
        const all = values.map((value) => filled(command, value)).join("\nprintf '\\0'\n");
        const expected = values.map((value) => `<${value}>`).join("\0");
        expect(bash(all)).toBe(expected);
      }),
      { numRuns: 8 },
    );
    expect(readdirSync(dir)).toEqual([]);
  });

  it("keeps what stands around it in the same word", () => {
    expect(bash(filled("printf '<%s>' --flag=@.txt \"a @ b\" 'c @ d' x@y", "it's $(touch pwned)"))).toBe(
      "<--flag=it's $(touch pwned).txt><a it's $(touch pwned) b><c it's $(touch pwned) d><xit's $(touch pwned)y>",
    );
    expect(readdirSync(dir)).toEqual([]);
  });

  it("is several words where it is a list outside of quotes, and none where the list is empty", () => {
    expect(bash(filled("printf '<%s>' @", "a b", "'c'"))).toBe("<a b><'c'>");
    expect(bash(filled("printf '<%s>' \"@\"", "a b", "'c'"))).toBe("<a b 'c'>");
    expect(filled("ls @")).toBe("ls ");
  });

  it.each([
    ["echo $(echo @)", "inside of $(...)"],
    ['echo "$(echo "@")"', "inside of $(...)"],
    ["echo `echo @`", "inside of `...`"],
    ["echo ${HOME:-@}", "inside of ${...}"],
    ['echo "${HOME:-"x"}" @', "after quotes inside of ${...}"],
    ["echo $((@ + 1))", "after arithmetic"],
    ["((@ > 1))", "after arithmetic"],
    ["cat <<END\n@\nEND", "after a here-document"],
    ["true # @", "in a comment"],
    ["echo $@", 'after "$"'],
    ["echo \\@", "after a backslash"],
    ['echo "\\@"', "after a backslash"],
    ["echo $'@'", "inside of $'...'"],
    ["cat <(echo @)", "after a process substitution"],
    ["echo $(case a in a) echo;; esac) @", "after case in a substitution"],
  ])("cannot be put into %s", (command, why) => {
    expect(unquotable(partsOf(command))?.why).toBe(why);
    expect(() => filled(command, "x")).toThrow(why);
  });

  it.each([
    "echo $(date) @",
    "echo `date` @",
    "echo ${HOME} @",
    "true # c\necho @",
    'echo "$(echo ")")" @',
    "echo a#@",
  ])("can be put into %s", (command) => expect(unquotable(partsOf(command))).toBeUndefined());

  it("cannot hold a NUL", () => expect(() => filled("echo @", "a\0b")).toThrow("NUL"));

  it("never takes a place for certain that the shell reads differently", () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      "\\",
      "$",
      "`",
      "(",
      ")",
      "{",
      "}",
      "\n",
      " ",
      "#",
      "a",
      "case ",
      "esac",
      "<<",
      "<(",
      ";",
      "echo ",
      "@",
      "$(",
      "${",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const command = `${pieces.join("")}@`;
        if (unquotable(partsOf(command))) return;
        try {
          execFileSync("bash", ["-c", filled(command, EVIL.join(""))], { cwd: dir, stdio: "ignore", timeout: 5000 });
        } catch {
          // Most are no commands at all.
        }
        expect(readdirSync(dir).filter((name) => name.includes("pwned"))).toEqual([]);
        for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true });
      }),
      { numRuns: 400 },
    );
  });
});

describe("an alias with a command", () => {
  it("hands any typed value to the shell through the Bash tool as it is", async () => {
    await using run = await shellWith('alias show(x: string) = Bash(command: "printf \'<%s>\' ${x} \\"${x}\\"")');
    const { shell } = run;
    for (const value of [...EVIL.filter((one) => !one.includes("\n")), "a b", "ünï"]) {
      const typed = value.replaceAll(/["\\$`]/g, "\\$&");
      const end = await shell.send(`@show -- "${typed}"`);
      expect(end.message).toBe(`<${value}><${value}>`);
    }
    expect(readdirSync(shell.dir)).not.toContain("pwned");
  });
});
