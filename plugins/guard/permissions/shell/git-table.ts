import type { Options } from "./options.js";

/** When a form with operands still only reads. */
export type GitOperands = "any" | "none" | "listing";

export interface GitReader extends Options {
  readonly operands: GitOperands;
  /** Its first operand, where one of these forms is meant. */
  readonly forms?: readonly string[];
  /** In another form, or in none, it does more. */
  readonly only?: true;
  /** Without one of these options it does more. */
  readonly asks?: readonly string[];
}

const SHAPE =
  "oneline graph decorate? no-decorate all branches? tags? remotes? max-count= skip= since= after= until= before= " +
  "author= committer= grep= all-match invert-grep regexp-ignore-case extended-regexp fixed-strings perl-regexp " +
  "pretty? format= date= relative-date abbrev-commit no-abbrev-commit abbrev? no-merges merges first-parent reverse " +
  "follow topo-order date-order author-date-order left-right cherry-pick cherry-mark left-only right-only boundary " +
  "simplify-by-decoration full-history walk-reflogs count not source no-walk ancestry-path show-pulls parents children " +
  "objects max-parents= min-parents= decorate-refs= decorate-refs-exclude= glob= exclude= notes? no-notes encoding= " +
  "simplify-merges mailmap no-mailmap";
const DIFF =
  "patch no-patch stat? shortstat numstat dirstat? summary compact-summary name-only name-status raw unified= " +
  "diff-filter= ignore-all-space ignore-space-change ignore-space-at-eol ignore-blank-lines word-diff? color? no-color " +
  "color-words? find-renames? find-copies? no-renames cached staged merge-base text minimal patience histogram " +
  "diff-algorithm= no-ext-diff no-textconv exit-code quiet full-index binary check relative? no-relative cc m " +
  "function-context inter-hunk-context= submodule? pickaxe-all pickaxe-regex no-prefix indent-heuristic " +
  "output-indicator-new= output-indicator-old= line-prefix= src-prefix= dst-prefix= color-moved? no-color-moved " +
  "ignore-matching-lines= stat-width= stat-count= stat-name-width= ws-error-highlight= find-object=";

const LOG: GitReader = {
  short: "pszwbaiEFPgmcRW",
  valued: "SGLI",
  numeric: "nl",
  joined: "UMC",
  digits: true,
  long: `${SHAPE} ${DIFF}`,
  operands: "any",
};

/** What goes from commit to commit. In what only compares, such a word would be a file. */
const WALK: GitReader = { ...LOG, separate: "grep author committer since after until before max-count skip date" };

const BLAME: GitReader = {
  short: "wcelsftpbn",
  valued: "L",
  joined: "MC",
  long: "date= since= porcelain line-porcelain show-email root abbrev= color-lines",
  operands: "any",
};

/** Forms of git that only read. */
export const GIT_READERS: ReadonlyMap<string, GitReader> = new Map<string, GitReader>([
  [
    "status",
    {
      short: "sbvz",
      joined: "u",
      long:
        "short branch porcelain? long verbose untracked-files? ignored? ignore-submodules? ahead-behind " +
        "no-ahead-behind renames no-renames find-renames? show-stash column? no-column null",
      operands: "any",
    },
  ],
  ["log", WALK],
  ["show", WALK],
  ["diff", { ...LOG, long: `${LOG.long} no-index` }],
  ["whatchanged", WALK],
  ["rev-list", WALK],
  // Any other first word can be what a later git does to the log.
  [
    "reflog",
    { ...WALK, operands: "listing", forms: ["show", "list", "exists", "HEAD", "main", "master", "develop", "stash"] },
  ],
  [
    "shortlog",
    {
      short: "snec",
      long: "summary numbered email committer group= since= until= all no-merges format=",
      operands: "any",
    },
  ],
  [
    "branch",
    {
      short: "arvil",
      long:
        "all remotes list verbose show-current contains? no-contains? merged? no-merged? sort= format= points-at? " +
        "color? no-color column? no-column ignore-case abbrev? no-abbrev",
      separate: "sort format",
      operands: "listing",
    },
  ],
  [
    "tag",
    {
      short: "li",
      joined: "n",
      long: "list sort= contains? no-contains? merged? no-merged? points-at? format= column? no-column color? ignore-case",
      separate: "sort format",
      operands: "listing",
    },
  ],
  ["remote", { short: "vn", long: "verbose all push", operands: "listing", forms: ["get-url", "show"] }],
  ["stash", { ...WALK, operands: "listing", forms: ["list", "show"], only: true }],
  ["worktree", { short: "vz", long: "porcelain verbose", operands: "listing", forms: ["list"] }],
  [
    "rev-parse",
    {
      short: "q",
      long:
        "quiet show-toplevel abbrev-ref? short? verify git-dir absolute-git-dir git-common-dir is-inside-work-tree " +
        "is-inside-git-dir is-bare-repository is-shallow-repository show-prefix show-cdup symbolic symbolic-full-name " +
        "all branches tags remotes show-superproject-working-tree git-path",
      operands: "any",
    },
  ],
  [
    "ls-files",
    {
      short: "cdmostuzv",
      long:
        "cached deleted modified others ignored stage unmerged exclude-standard full-name error-unmatch directory " +
        "no-empty-directory eol deduplicate abbrev? exclude= format=",
      operands: "any",
    },
  ],
  [
    "ls-tree",
    {
      short: "rdtlz",
      long: "name-only name-status long full-name full-tree abbrev? object-only format=",
      operands: "any",
    },
  ],
  ["blame", BLAME],
  ["annotate", BLAME],
  [
    "describe",
    {
      long: "tags all long always abbrev? dirty? match= exclude= exact-match contains candidates= first-parent",
      separate: "match exclude candidates",
      operands: "any",
    },
  ],
  ["cat-file", { short: "ptse", long: "batch-check? batch-all-objects unordered", operands: "any" }],
  ["merge-base", { short: "a", long: "all is-ancestor fork-point octopus independent", operands: "any" }],
  ["name-rev", { long: "tags name-only always no-undefined", operands: "any" }],
  [
    "show-ref",
    { short: "sdq", long: "head heads tags branches dereference hash? abbrev? quiet verify exists", operands: "any" },
  ],
  [
    "for-each-ref",
    {
      long: "count= sort= format= points-at= merged? no-merged? contains? no-contains? ignore-case exclude=",
      separate: "count sort format points-at",
      operands: "any",
    },
  ],
  ["count-objects", { short: "vH", long: "verbose human-readable", operands: "none" }],
  ["check-ignore", { short: "qvn", long: "quiet verbose non-matching no-index", operands: "any" }],
  ["diff-tree", { ...LOG, short: "rtpszwcm", long: `${SHAPE} ${DIFF} no-commit-id root` }],
  [
    "grep",
    {
      short: "nilcwEFPhHovqzWpI",
      valued: "e",
      numeric: "ABCm",
      long:
        "line-number ignore-case files-with-matches name-only files-without-match count word-regexp extended-regexp " +
        "fixed-strings perl-regexp only-matching invert-match cached show-function function-context and or " +
        "not all-match max-count= max-depth= color? no-color heading break column",
      operands: "any",
    },
  ],
  [
    "config",
    {
      short: "lz",
      valued: "f",
      long:
        "get get-all get-regexp list local global system worktree show-origin show-scope name-only type= " +
        "bool int null default= all regexp file=",
      separate: "type default file",
      operands: "any",
    },
  ],
  ["symbolic-ref", { short: "q", long: "short quiet", operands: "any" }],
  ["var", { short: "l", operands: "any" }],
  ["notes", { operands: "listing", forms: ["list"] }],
  ["bisect", { operands: "listing", forms: ["log"], only: true }],
  ["rerere", { operands: "listing", forms: ["status", "remaining"], only: true }],
  ["sparse-checkout", { operands: "listing", forms: ["list"], only: true }],
  ["cherry", { short: "v", long: "verbose abbrev=", operands: "any" }],
  ["show-branch", { short: "ar", long: "all remotes list current sha1-name no-name", operands: "any" }],
  ["range-diff", LOG],
  ["diff-index", LOG],
  ["diff-files", LOG],
  ["check-attr", { short: "az", long: "all cached", operands: "any" }],
  ["version", { operands: "none" }],
  ["archive", { short: "l", long: "list", operands: "none" }],
  ["hash-object", { valued: "t", long: "stdin no-filters", operands: "any" }],
  [
    "apply",
    {
      short: "vR",
      numeric: "pC",
      long: "check stat numstat summary verbose reverse recount unidiff-zero",
      operands: "any",
      asks: ["check", "stat", "numstat", "summary"],
    },
  ],
]);

/** Options that turn a command that could also create into one that lists. */
export const LISTING: ReadonlySet<string> = new Set(
  "list l contains no-contains merged no-merged points-at get get-all".split(" "),
);
