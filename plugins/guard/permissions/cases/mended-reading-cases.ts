import { each } from "./mended-cases.js";
import type { Case } from "./table.js";

/** The same, of what commands hand to one another. */
export const MENDED_READING: readonly Case[] = [
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
  ...each("ask", "find whose tests do not hold for all that it hands to a command (advisory 16)", [
    "find . -not -path -name -type f -exec cat {} +",
    "find . -exec cat {} \\; -name x",
    "find . -name '*.md' -o ! -name x -exec cat {} +",
    "find . -exec echo -name x \\; -exec cat {} +",
    "find . \\( -exec cat {} \\; -o -name x \\) -name y",
  ]),
  ...each("ask", "find that runs something, started by another program (advisory 16)", [
    "echo src | xargs -I{} find {} -exec touch x \\;",
    "echo . | xargs -I% find % -exec rm {} +",
    "find src -exec find . -exec touch x \\; -quit +",
  ]),
  ...each("allow", "find that hands what it finds to a reader", [
    "find . -name '*.md' -o -name '*.ts' -exec head -1 {} +",
    "find src -type f -exec wc -l {} +",
    "find . -name '*.ts' -not -path './vendor/*' -exec grep -l app {} \\;",
  ]),
  ...each("ask", "the lines of a file by a redirection alone (advisory 45)", [
    "cat $(<names.txt)",
    'cat "$(< names.txt)"',
    "for f in $(<names.txt); do cat $f; done",
    "cat `< names.txt`",
    "git log $(<names.txt)",
  ]),
  ...each("ask", "a name that is put together from parts of lines", [
    "printf %s .e nv | xargs cat",
    "(printf .e; echo nv) | xargs cat",
    "printf 'nv\\n.e' | tac | xargs cat",
    "printf '%s\\0' .e nv | (read f; cat \"$f\")",
    "for x in a b; do printf %s .e; done | xargs cat",
  ]),
  ...each("ask", "a name that a pattern finds, or that is cut out of one that was found", [
    'cat "$(echo ?ink-out.txt)"',
    'echo ?ink-out.txt | (read f; cat "$f")',
    'find . -name \'*.ts\' | while read -r f; do cat "$(basename "$f")"; done',
    "ls -a src | xargs cat",
  ]),
  ...each("ask", "numbers that are more than that", [
    "cat $(seq -f '../x%g' 1)",
    "for i in $(seq -s /../ 1 2); do cat $i; done",
  ]),
  ...each("allow", "what is known of lines", [
    "printf '%s\\n' README.md names.txt | xargs cat",
    'cat "$(printf %s README.md)"',
    "(echo README.md; echo names.txt) | xargs cat",
    "for i in $(seq 1 3); do echo $i; done",
    "echo README.md | tac | xargs cat",
  ]),
  ...each("deny", "several lines beside other signs, of which only one stands there", [
    "X=$(printf '%s\\n' names.txt link-env); head -1 src/$X",
    "cat src/$(printf '%s\\n' names.txt link-env a)",
    "for f in src/$(printf '%s\\n' names.txt link-env); do cat $f; done",
  ]),
  ...each("ask", "several lines beside other signs, in a variable", [
    "X=\"src/$(printf '%s\\n' names.txt link-env)\"; cat $X",
    "uniq $(seq 2)",
  ]),
  ...each("allow", "one line, or one after the other, beside other signs", [
    "X=$(echo app.ts); cat src/$X",
    "for f in $(ls src); do file src/$f; done",
    'ls src | while read -r f; do file "src/$f"; done',
    "X=$(printf '%s\\n' README.md names.txt); cat $X",
  ]),
  ...each("ask", "what git writes of a word that is no commit", [
    "cat $(git rev-parse src/../../other/o.txt)",
    "cat $(git rev-parse HEAD link-dir/o.txt)",
    "for c in $(git rev-parse link-dir/o.txt); do cat $c; done",
  ]),
  ...each("allow", "what git writes of a commit", [
    "git show --stat $(git rev-parse HEAD~1)",
    "git log -3 $(git rev-parse origin/main)",
    "git diff $(git merge-base HEAD origin/main)",
  ]),
  ...each("ask", "a pattern with a number in it that is not known", [
    "cat $(wc -l < names.txt)*",
    "for i in 1 2; do n=$((i+1)); cat $n*; done",
    "cat $(seq 2)*.md",
  ]),
  ...each("allow", "a number that is not known", ["cat $(seq 2)", "head -n $(wc -l < names.txt) README.md"]),
  ...each("deny", "a secret's name behind a number that can be nothing", [
    "n=$(wc -l nothere | awk '{print $1}'); cat \"$n.env\"",
    'c=$(git log --format=%h -1); cat "$c.env"',
  ]),
  ...each("ask", "another place behind a number that can be nothing, or beside a text that is known", [
    "n=$(wc -l < names.txt); cat $n/etc/passwd",
    "n=$(wc -l < names.txt); cat ${n}../other/o.txt",
    'X=/../../other/o.txt; n=$(wc -l < names.txt); cat "$n$X"',
  ]),
  ...each("allow", "a name behind a number", [
    "for i in $(seq 3); do cat $i.md; done",
    'n=$(wc -l < names.txt); head -n "$n" README.md',
    "c=$(git rev-parse HEAD); git show --stat $c",
    "i=0; while [ $i -lt 3 ]; do cat $i.md; i=$((i+1)); done",
  ]),
];
