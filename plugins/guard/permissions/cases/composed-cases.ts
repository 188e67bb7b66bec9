import type { Case } from "./table.js";

function each(answer: Case[3], what: string, commands: readonly string[]): readonly Case[] {
  return commands.map((command): Case => [what, "Bash", command, answer]);
}

/** Commands that are put together from what others write, and their dangerous neighbours. */
export const COMPOSED: readonly Case[] = [
  ...each("allow", "each word or line a command of its own that reads", [
    "printf '%s\\n' log status | xargs -n1 git",
    "printf '%s\\n' README.md names.txt | xargs -I % head -1 %",
    "printf '%s\\n' lib | xargs -I{} ls src/{}",
    "echo README.md names.txt | xargs wc -l",
    "git ls-files | xargs -d '\\n' wc -l",
    "seq 3 | xargs -n 1 echo",
  ]),
  ...each("ask", "a word or line that is another command of git", [
    "printf '%s\\n' log push | xargs -n1 git",
    "printf '%s\\n' log push | xargs -I{} git {}",
    "echo log push | xargs --max-args=1 git",
    "printf '%s\\n' status 'push origin' | xargs -L1 git",
    "printf '%s\\n' status 'push origin' | xargs -L 1 git",
  ]),
  ...each("ask", "words in another order, or not all of them", [
    "printf '%s\\n' log push | sort -r | xargs git",
    "printf '%s\\n' log push | tail -1 | xargs git",
    "(if false; then echo log; fi; echo push) | xargs git",
    "printf '%s\\n' ls run why | xargs npm",
    "printf '%s\\n' {root}/other/o.txt README.md | sort -r | xargs grep",
  ]),
  ...each("ask", "a line that is cut at a sign", [
    "echo README.md,{root}/other/o.txt | xargs -d , cat",
    "echo README.md,{root}/other/o.txt | xargs -d, cat",
    "git ls-files | xargs -d , cat",
    "printf '%s\\n' 'link-dir /x/../o.txt' | xargs -0 cat",
    "printf %s README.md@{root}/other/o.txt | xargs -d @ head",
  ]),
  ...each("ask", "a word that another option could put elsewhere", ["echo a | xargs -I{} -n1 grep -e {} names.txt"]),
  ...each("ask", "names at once for a command that writes to the second", [
    "ls src | xargs xxd",
    "find src -type f | xargs uniq",
    "find src -name '*.ts' -exec uniq {} +",
    "uniq $(git log --format=%h)",
  ]),
  ...each("allow", "names one by one for such a command", ["find src -name '*.ts' -exec uniq {} \\;"]),
  ...each("ask", "the folder above among the names", [
    "ls -a | xargs grep -rn foo",
    "for f in $(ls -a); do grep -rn foo $f; done",
  ]),
  ...each("ask", "a sign that the shell would replace", [
    "echo x | xargs -I{} cat ~/{}",
    "echo x | xargs -I '~' cat ~/x",
    "echo o.txt | xargs -I{} cat {root}/other/{}",
  ]),
  ...each("allow", "names that a folder holds, within a longer path", [
    "for d in $(ls src); do ls src/$d/x; done",
    "ls src | while read d; do ls src/$d; done",
    "for d in src/*; do (cd $d && ls); done",
    "for d in src/*/; do (cd $d && ls); done",
  ]),
  ...each("allow", "a path through a file", ["cat README.md/x", "ls names.txt/x || echo no"]),
  ...each("deny", "a name behind the slash of a folder that a pattern found", [
    'for d in packages/*/; do cat "${d}.env.local"; done',
    "for d in $(ls -d packages/*/); do cat ${d}.env.local; done",
    'ls -d packages/*/ | while read d; do cat "${d}.env.local"; done',
    "ls -d packages/*/ | xargs -I{} cat {}.env.local",
  ]),
  ...each("ask", "the same of a folder that leads out", [
    'for d in link-di*/; do cat "${d}o.txt"; done',
    "for d in link-di*//; do cat ${d}o.txt; done",
  ]),
  ...each("allow", "an ordinary name there", ['for d in packages/*/; do cat "${d}index.ts"; done']),
  ...each("ask", "names that lead out, within a longer path", [
    "for f in $(ls); do ls $f/..; done",
    "for f in l*-dir; do cat $f/o.txt; done",
    "for d in l*-dir; do (cd $d && cat o.txt); done",
  ]),
  ...each("allow", "a program with a number that was counted", [
    'n=$(wc -l < names.txt); sed -n "${n}p" names.txt',
    "n=$(wc -l names.txt | awk '{print $1}'); sed -n \"$((n - 1)),\\$p\" names.txt",
    'L=$(grep -n app src/app.ts | head -1 | cut -d: -f1); sed -n "${L},$((L+5))p" src/app.ts',
    "n=$(grep -n a names.txt | awk -F: '{print $1}'); awk \"NR==$n\" names.txt",
    "head -n $(( $(wc -l < names.txt) / 2 )) names.txt",
    "n=$(wc -l < names.txt | tr -d ' '); echo $((n + 1))",
  ]),
  ...each("ask", "a program with something else in it", [
    'sed -n "${X}p" names.txt',
    'n=$(wc -l < names.txt); sed -n "${n}w x" names.txt',
    'n=$(wc -l < names.txt); sed -n "s/a/b/${n}e" names.txt',
    'n=$(wc -l < names.txt); sed "-i$n" names.txt',
    'n=$(wc -l < names.txt); awk "{ \\"ls\\" | getline$n }" names.txt',
  ]),
  ...each("ask", "calculating with what is no number for certain", [
    "head -n $(( $(cat names.txt) / 2 )) names.txt",
    "L=$(grep -rn app src | cut -d: -f1); echo $((L+5))",
    "L=$(grep -n app src/app.ts | cut -d: -f2); echo $((L+5))",
    "L=$(grep -n -A3 app src/app.ts | cut -d: -f1); echo $((L+5))",
    "L=$(grep -n app src/app.ts names.txt | cut -d: -f1); echo $((L+5))",
    "{ cat names.txt; grep -n a names.txt; } | cut -d: -f1 | while read n; do echo $((n+1)); done",
  ]),
  ...each("ask", "a command within a calculation", ["echo $(( $(touch x; echo 5) / 2 ))"]),
];
