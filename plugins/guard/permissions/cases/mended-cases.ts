import type { Case, Given } from "./table.js";

function each(answer: Case[3], what: string, commands: readonly string[], given?: Given): readonly Case[] {
  return commands.map((command) => [what, "Bash", command, answer, ...(given ? [given] : [])] as Case);
}

/** Calls that once passed and should not have, and ordinary ones beside them. */
export const MENDED: readonly Case[] = [
  ...each("ask", "an awk program that writes behind a line break that ends nothing", [
    "awk '{print $1,\n$2 > \"x\"}' names.txt",
    "awk '{print 1 &&\n 2 > \"x\"}' names.txt",
    "awk '{print 1 ||\n\n0 > \"x\"}' names.txt",
    "awk '{print a ?\nb :\nc > \"x\"}' names.txt",
  ]),
  ...each("ask", "an awk program in which a slash can begin an expression or divide (advisory 3)", [
    'awk \'{ if (1) /"/; print > "x" #"/\n}\' names.txt',
    'awk \'{ if (0) y=1; else /"/; print > "x" #"/\n}\' names.txt',
    'awk \'{ do /"/; while (0); print > "x" #"/\n}\' names.txt',
    'awk \'BEGIN{ if (0) exit /"/; print > "x" #"/\n}\'',
    'awk \'{ y = $/"/; print > "x" #"/\n}\' names.txt',
    'awk \'{ y = x++ /"/; print > "x" #"/\n}\' names.txt',
    'awk \'{ y = length /"/; print > "x" #"/\n}\' names.txt',
    "awk '{ y = /a/ / 2; print > \"x\"; y = 1 / 3 }' names.txt",
  ]),
  ...each("ask", "an awk program that writes to a name that is put together", [
    'awk \'{print > "/dev/stderr" "x"}\' names.txt',
  ]),
  ...each("allow", "an awk program that only looks", [
    "awk '{print $1,\n $2}' names.txt",
    "awk 'NR>1 {print ($1 > 2)}' names.txt",
    "awk '{ print length($0) / 2; print (a+b)/2 }' names.txt",
    "awk '{print > \"/dev/stderr\"}' names.txt",
    "awk '/foo/ && !/bar/ { n++ } END { print n / NR }' names.txt",
  ]),
  ...each("deny", "a name that read makes of a line", [
    "read -r f <<< ' .env'; cat \"$f\"",
    "echo '  .env' | while read -r f; do cat \"$f\"; done",
  ]),
  ...each("ask", "a name that read makes of a line with backslashes", [
    "echo '\\.env' | while read f; do cat \"$f\"; done",
  ]),
  ...each(
    "ask",
    "find whose tests are computed, under a rule for find (advisory 16)",
    ["X=-delete; find . $X", "find . $X", "find . *", "find . -name $X", "for o in -delete; do find . $o; done"],
    { allow: ["Bash(find:*)", "Bash(rm:*)"] },
  ),
  ...each("allow", "find whose test has a computed value", ['find . -name "$X"'], { allow: ["Bash(find:*)"] }),
  ...each("ask", "a program that is told where its list of files comes from (advisory 5)", [
    "cloc --vcs='touch x'",
    "cloc --vcs=./x .",
  ]),
  ...each("ask", "a filter that shows the environment", ["jq -n '0-env.HOME'", "jq -n '# \"\nenv # \"'"]),
  ...each("allow", "a filter with such words in a text", [
    'jq \'.scripts["env"], (.a | test("import \\\\d"))\' names.txt',
  ]),
];
