import type { Case, Given } from "./table.js";

/** The same answer to each of these commands. */
export function each(answer: Case[3], what: string, commands: readonly string[], given?: Given): readonly Case[] {
  return commands.map((command): Case =>
    given ? [what, "Bash", command, answer, given] : [what, "Bash", command, answer],
  );
}

/** Calls that once passed and should not have, and ordinary ones beside them. */
export const MENDED: readonly Case[] = [
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
    ['git commit -m "$MSG"', 'git -C "$D" status', "git stash push", "git log -3; docker ps", "npm run build push"],
    { allow: ["Bash"], deny: ["Bash(git push:*)"] },
  ),
  ...each("ask", "a file that decides what runs later, by a name that a variable holds", ["X=.git/hooks/a; tee $X"], {
    allow: ["Bash"],
  }),
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
      "grep -r --include '*.ts' x .",
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
  ["a file of secrets by another of its names (advisory 9)", "Read", "packages/b/plain-name", "deny"],
  ["the same in a command (advisory 9)", "Bash", "cat packages/b/plain-name", "deny"],
  [
    "the same under a rule that allows the other name",
    "Read",
    "packages/b/plain-name",
    "deny",
    { allow: ["Read(plain-name)"] },
  ],
  [
    "the same under a rule about its own name",
    "Read",
    "packages/b/plain-name",
    "deny",
    { deny: ["Read(.env)"], mode: "dontAsk" },
  ],
  ["another file with two names", "Read", "other-name", "allow"],
  ["keys of ssh, in a workspace that holds them", "Write", ".ssh/authorized_keys", "ask", { mode: "acceptEdits" }],
];
