import type { Case, Given } from "./table.js";

function each(answer: Case[3], what: string, commands: readonly string[], given?: Given): readonly Case[] {
  return commands.map((command): Case =>
    given ? [what, "Bash", command, answer, given] : [what, "Bash", command, answer],
  );
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
  ...each(
    "deny",
    "a denied command by another spelling (advisory 30)",
    [
      "/bin/rm x",
      "/usr/bin/rm x",
      "env -S'rm x'",
      "env -vS 'rm x'",
      "bash -cx 'rm x'",
      "bash -c -x 'rm x'",
      "bash -c -- 'rm x'",
      "tcsh -c 'rm x'",
      "script --command='rm x' y",
      "trap -- 'rm x' EXIT",
      "cat <<'EOF' | bash\nrm x\nEOF",
      "printf '%s' 'rm x' | sh",
      "source /dev/stdin <<< 'rm x'",
      "bash <(echo 'rm x')",
      "a[$(rm x)]=1",
      "a[0]=$(rm x)",
      "fakeroot rm x",
      "uv run rm x",
      "npm exec -- rm x",
      "conda run -n a rm x",
      "nix-shell --run 'rm x'",
      "hyperfine 'rm x'",
      "git rebase --exec 'rm x' main",
      "git submodule foreach 'rm x'",
      "git bisect run rm x",
    ],
    { allow: ["Bash"], deny: ["Bash(rm:*)"] },
  ),
  ...each(
    "deny",
    "a denied command of a program with options before it",
    [
      "git -C . push",
      "git --no-pager push",
      "git -c a.b=c --git-dir .git push",
      "/usr/bin/git push",
      "X=push; git $X",
      "for c in pull push; do git $c; done",
      "docker --context x run y",
      "npm --silent publish",
      "kubectl -n prod delete pod x",
    ],
    {
      allow: ["Bash"],
      deny: ["Bash(git push:*)", "Bash(docker run:*)", "Bash(npm publish:*)", "Bash(kubectl delete:*)"],
    },
  ),
  ...each("ask", "a command that can become a denied one", ["git $X origin", 'git "$X"', "git $(cat x)", "git pu$X"], {
    allow: ["Bash"],
    deny: ["Bash(git push:*)"],
  }),
  ...each("ask", "a command that can become one to ask about", ["git $X"], {
    mode: "bypassPermissions",
    ask: ["Bash(git push:*)"],
  }),
  ...each(
    "allow",
    "a command that cannot become a denied one",
    ['git commit -m "$MSG"', "git stash push", "git log -3; docker ps", "npm run build push"],
    { allow: ["Bash"], deny: ["Bash(git push:*)"] },
  ),
  ...each("ask", "a file that decides what runs later, by a name that a variable holds", ["X=.git/hooks/a; tee $X"], {
    allow: ["Bash"],
  }),
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
  ...each(
    "ask",
    "a protected file by another of its names (advisory 9)",
    [
      "cp names.txt other-name",
      "echo x > other-name",
      "echo x >> other-name",
      "cp names.txt src && cp names.txt other-name",
    ],
    { mode: "acceptEdits" },
  ),
  ...each("allow", "a name of a protected file that is taken away", ["rm other-name", "mv other-name x"], {
    mode: "acceptEdits",
  }),
  ...each("ask", "a removal after cd (advisory 17)", ["cd / && rmdir usr", "cd /; rm etc", "(cd .. && rmdir proj)"], {
    allow: ["Bash"],
  }),
  ...each("allow", "a removal after cd in the workspace", ["cd src && rm app.ts", "cd src && rmdir lib"], {
    allow: ["Bash"],
  }),
  ...each(
    "ask",
    "a folder in which there is a file that a rule keeps",
    [
      "grep -r x docs",
      "grep -rn x",
      "rg x",
      "rg x docs",
      "find . -name '*.md' -exec cat {} +",
      "find docs -type f | xargs head",
      "diff -r docs src",
      "git grep x",
      "git grep x -- docs",
      "cd docs && rg x",
    ],
    { deny: ["Read(docs/guide.md)"] },
  ),
  ...each("deny", "such a file by its name", ["cat docs/*", "for f in docs/*; do cat $f; done", "(cd docs; cat *)"], {
    deny: ["Read(docs/guide.md)"],
  }),
  ...each("ask", "a folder in which there is one, at any depth", ["rg x", "grep -r x src", "rg x src"], {
    deny: ["Read(lib/**)", "Read(*.pem)"],
  }),
  ...each("deny", "such a folder in the mode dontAsk", ["rg x docs"], {
    ask: ["Read(docs/guide.md)"],
    mode: "dontAsk",
  }),
  ...each(
    "allow",
    "a folder in which there is none, or of which only names are shown",
    [
      "rg x src",
      "grep -r --include='*.ts' x .",
      "grep -r --exclude-dir=docs --exclude-dir=certs --include='*.md' x .",
      "ls docs",
      "find . -name '*.md'",
      "cat README.md",
      "git log -3",
      "git grep x -- src",
      "echo x | rg x",
    ],
    { deny: ["Read(docs/guide.md)", "Read(.env)"] },
  ),
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
  ...each(
    "deny",
    "a denied command that git, eval or a pipe runs",
    [
      "git -c alias.z='!rm x' z",
      "git -c core.pager='rm x' log",
      "time ! rm x",
      "stdbuf -oL echo 'rm x' | bash",
      "printf '%s\\n' rm | sh",
      "eval sh -c 'rm x'",
      "time source <(echo rm x)",
      "eval . /dev/stdin <<< 'rm x'",
    ],
    { allow: ["Bash"], deny: ["Bash(rm:*)"] },
  ),
  ...each(
    "ask",
    "a command whose name is computed, behind a word that runs it (advisory 54)",
    [
      "timeout 5 $X y",
      "xargs -n1 $(echo rm) < names.txt",
      "find . -exec $X {} +",
      'nice "$X" y',
      "time -p `echo rm` x",
      "a=(1 $({rm,x}))",
    ],
    { allow: ["Bash"] },
  ),
  ...each(
    "allow",
    "a wrapper whose own words are computed",
    ["timeout $N npm test", "nice -n $N npm test", "a=(1 $X)"],
    {
      allow: ["Bash"],
    },
  ),
];
