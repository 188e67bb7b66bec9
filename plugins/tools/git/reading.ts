/** A subcommand that only reads. */
export interface Reading {
  /** The flags under which that stays true. A name may carry `=value`; a letter may stand in a cluster, and with a
   * trailing `*` it takes what follows it. */
  readonly flags: string;
  /** Whether it stays true with these words (what is neither a flag nor `--`). Always, when absent. */
  readonly allows?: (call: Words) => boolean;
}

/** What stands after a subcommand. */
export interface Words {
  readonly rest: readonly string[];
  readonly words: readonly string[];
  has(flag: string): boolean;
}

const DIFF = `
  -p -u -s -U* -z -a -b -w -c -m -M* -C* -B* -D -R -r -t -S* -G* -W -q -l*
  --patch --no-patch --unified --raw --patch-with-raw --patch-with-stat --stat --stat-width --stat-count --numstat
  --shortstat --dirstat --cumulative --summary --compact-summary --name-only --name-status --color --no-color
  --color-words --word-diff --word-diff-regex --color-moved --no-renames --rename-empty --check --full-index --binary
  --abbrev --find-renames --find-copies --find-copies-harder --break-rewrites --irreversible-delete --diff-filter
  --pickaxe-all --pickaxe-regex --text --ignore-cr-at-eol --ignore-space-at-eol --ignore-space-change
  --ignore-all-space --ignore-blank-lines --ignore-matching-lines --inter-hunk-context --function-context --exit-code
  --quiet --no-ext-diff --no-textconv --src-prefix --dst-prefix --no-prefix --default-prefix --line-prefix
  --indent-heuristic --no-indent-heuristic --minimal --patience --histogram --anchored --diff-algorithm --relative
  --no-relative --cc --combined-all-paths --ita-invisible-in-index
`;

const REVISIONS = `
  -# -n* -i -E -F -P -g
  --max-count --skip --since --after --until --before --author --committer --grep --all-match --invert-grep
  --regexp-ignore-case --basic-regexp --extended-regexp --fixed-strings --perl-regexp --merges --no-merges
  --min-parents --max-parents --first-parent --not --all --branches --tags --remotes --glob --exclude --reflog
  --cherry-mark --cherry-pick --left-only --right-only --cherry --walk-reflogs --boundary --simplify-by-decoration
  --full-history --dense --sparse --simplify-merges --ancestry-path --date-order --author-date-order --topo-order
  --reverse --no-walk --do-walk --parents --children --left-right --graph --no-graph --date --relative-date
  --ignore-missing --abbrev-commit --no-abbrev-commit --pretty --format --oneline --encoding
`;

const LOG = `${DIFF} ${REVISIONS} -L* --follow --decorate --no-decorate --decorate-refs --decorate-refs-exclude --source
  --mailmap --no-mailmap --use-mailmap --full-diff --log-size --root --notes --no-notes --show-pulls`;

const LISTED_REFS = `--contains --no-contains --merged --no-merged --points-at --sort --format --column --no-column
  --color --no-color -i --ignore-case --abbrev --no-abbrev`;

const SELECTS = ["--contains", "--no-contains", "--merged", "--no-merged", "--points-at"];

const noWords = ({ words }: Words): boolean => words.length === 0;

/** The verb stands first: git takes one behind a flag for something else. */
const verb =
  (...verbs: readonly string[]) =>
  ({ rest }: Words): boolean =>
    verbs.includes(rest[0] ?? "");

/** Subcommands of git that only read. What is not listed here is not known to. */
export const READING: Readonly<Record<string, Reading>> = {
  status: {
    flags: `-s -b -v -u* -z --short --branch --show-stash --porcelain --long --verbose --untracked-files --ignored
      --column --no-column --ahead-behind --no-ahead-behind --renames --no-renames --find-renames`,
  },
  diff: { flags: `${DIFF} --cached --staged --merge-base --base --ours --theirs -0 -1 -2 -3` },
  log: { flags: LOG },
  show: { flags: LOG },
  whatchanged: { flags: LOG },
  reflog: { flags: LOG, allows: (call) => noWords(call) || verb("show")(call) },
  "rev-list": { flags: `${REVISIONS} --count --objects --timestamp --disk-usage --header --quiet --abbrev` },
  shortlog: { flags: `${REVISIONS} -s -e -c -w* --summary --numbered --email --committer --group --no-group` },
  blame: {
    flags: `-b -l -t -s -e -w -p -f -n -c -L* -M* -C* --root --show-stats --date --porcelain --line-porcelain
      --incremental --show-name --show-number --show-email --since --abbrev --first-parent --reverse --minimal
      --color-lines --color-by-age --score-debug`,
  },
  grep: {
    flags: `-# -i -I -v -w -n -l -L -c -h -H -E -G -P -F -a -o -q -z -W -p -r -e* -A* -B* -C* -m* --cached --text
      --no-textconv --ignore-case --invert-match --word-regexp --extended-regexp --basic-regexp --perl-regexp
      --fixed-strings --line-number --column --files-with-matches --name-only --files-without-match --count --null
      --only-matching --quiet --max-depth --recursive --no-recursive --full-name --heading --break --color --no-color
      --context --after-context --before-context --show-function --function-context --max-count --and --or --not
      --all-match`,
  },
  "ls-files": {
    flags: `-c -d -m -o -i -s -u -k -z -t -v -x* --cached --deleted --modified --others --ignored --stage --unmerged
      --killed --exclude --exclude-standard --directory --no-empty-directory --full-name --error-unmatch --eol --abbrev
      --deduplicate --format`,
  },
  "ls-tree": {
    flags: "-d -r -t -l -z --long --name-only --name-status --object-only --full-name --full-tree --abbrev --format",
  },
  "cat-file": { flags: "-p -t -s -e" },
  "rev-parse": {
    flags: `-q --verify --quiet --short --abbrev-ref --symbolic --symbolic-full-name --all --branches --tags --remotes
      --glob --exclude --show-toplevel --show-prefix --show-cdup --git-dir --absolute-git-dir --git-common-dir
      --git-path --path-format --is-inside-git-dir --is-inside-work-tree --is-bare-repository --is-shallow-repository
      --show-object-format --revs-only --no-revs --flags --no-flags --default --since --after --until --before`,
  },
  "symbolic-ref": { flags: "-q --quiet --short", allows: ({ words }) => words.length === 1 },
  branch: {
    flags: `-a -r -v -l --list --all --remotes --verbose --show-current ${LISTED_REFS}`,
    allows: (call) => noWords(call) || call.has("--list") || SELECTS.some(call.has),
  },
  tag: {
    flags: `-l -n* --list ${LISTED_REFS}`,
    allows: (call) => noWords(call) || call.has("-l") || call.has("--list"),
  },
  remote: {
    flags: "-v --verbose --all --push",
    allows: (call) => noWords(call) || verb("get-url")(call),
  },
  stash: {
    flags: `${LOG} --include-untracked --only-untracked -u`,
    allows: verb("list", "show"),
  },
  worktree: { flags: "-v -z --verbose --porcelain", allows: (call) => call.words.length === 1 && verb("list")(call) },
  "for-each-ref": { flags: `--count ${LISTED_REFS} --exclude --include-root-refs` },
  "show-ref": {
    flags: "-d -s -q --head --heads --branches --tags --dereference --hash --verify --quiet --abbrev --exists",
  },
  describe: {
    flags: `--all --tags --contains --abbrev --candidates --exact-match --debug --long --match --exclude --always
      --first-parent --dirty`,
  },
  "name-rev": { flags: "--tags --refs --exclude --name-only --no-undefined --always" },
  "merge-base": { flags: "-a --all --octopus --independent --is-ancestor --fork-point" },
  cherry: { flags: "-v --abbrev" },
  "count-objects": { flags: "-v -H --verbose --human-readable", allows: noWords },
  version: { flags: "--build-options", allows: noWords },
};
