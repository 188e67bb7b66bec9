import { MORE_READERS } from "./more-readers.js";
import type { Options } from "./options.js";
import type { Reader } from "./reader-options.js";

const GREP: Reader = {
  lax: true,
  short: "ivncloLqswxrRHhEFGPaIUzZbTy",
  valued: "ef",
  numeric: "ABCm",
  digits: true,
  separate: "include exclude exclude-dir max-count after-context before-context regexp",
  long:
    "ignore-case no-ignore-case invert-match line-number count files-with-matches files-without-match only-matching " +
    "quiet silent no-messages word-regexp line-regexp recursive dereference-recursive with-filename no-filename extended-regexp " +
    "fixed-strings basic-regexp perl-regexp text null null-data byte-offset initial-tab include= exclude= " +
    "exclude-dir= color? colour? regexp= after-context= before-context= context= max-count= binary-files= label= line-buffered",
  operands: "search",
};

const SUMS: Reader = { lax: true, short: "btz", long: "binary text tag zero", operands: "paths" };

/** Nothing here writes, starts a program or talks to a network, whatever the operands are. */
export const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...MORE_READERS,
  [
    "ls",
    {
      lax: true,
      short: "aAbBcCdfFgGhHiIkLlmnNopqQrRsStuUvxXZ1",
      numeric: "Tw",
      long:
        "all almost-all author escape ignore-backups color? classify? directory dereference full-time " +
        "group-directories-first no-group human-readable si hide= ignore= indicator-style= inode kibibytes " +
        "numeric-uid-gid literal quote-name reverse recursive size sort= time= time-style= format= width= zero",
      operands: "paths",
    },
  ],
  [
    "cat",
    {
      lax: true,
      short: "AbeEnstTuv",
      long: "show-all number-nonblank show-ends number squeeze-blank show-tabs show-nonprinting",
      operands: "paths",
    },
  ],
  ["tac", { lax: true, short: "b", operands: "paths" }],
  ["nl", { lax: true, short: "p", valued: "bdfhilnsvw", operands: "paths" }],
  ["pwd", { short: "LP", operands: "none" }],
  [
    "head",
    {
      lax: true,
      short: "qvz",
      numeric: "nc",
      long: "lines= bytes= quiet silent verbose",
      digits: true,
      operands: "paths",
    },
  ],
  [
    "tail",
    {
      lax: true,
      short: "qvzfF",
      numeric: "ncs",
      long: "lines= bytes= quiet silent verbose follow?",
      digits: true,
      operands: "paths",
    },
  ],
  ["wc", { lax: true, short: "clLmw", long: "bytes chars lines words max-line-length total=", operands: "paths" }],
  [
    "stat",
    { lax: true, short: "Lft", valued: "c", long: "dereference file-system format= printf= terse", operands: "paths" },
  ],
  [
    "du",
    {
      lax: true,
      short: "abchklmsSxLDHP0",
      numeric: "dt",
      long: "all apparent-size bytes total human-readable summarize max-depth= exclude= threshold= si null time?",
      operands: "paths",
    },
  ],
  [
    "df",
    {
      lax: true,
      short: "ahHikmPT",
      long: "all human-readable inodes local portability print-type total",
      operands: "paths",
    },
  ],
  ["which", { lax: true, short: "as", operands: "text" }],
  ["whoami", { operands: "none" }],
  ["id", { lax: true, short: "gGnruz", operands: "text" }],
  ["nproc", { long: "all", operands: "none" }],
  ["uname", { short: "asnrvmpio", long: "all kernel-name kernel-release machine operating-system", operands: "none" }],
  ["true", { operands: "none" }],
  ["false", { operands: "none" }],
  ["basename", { lax: true, short: "az", valued: "s", operands: "text" }],
  ["dirname", { lax: true, short: "z", operands: "text" }],
  ["readlink", { lax: true, short: "femnqsz", operands: "paths" }],
  ["realpath", { lax: true, short: "emLPqsz", long: "relative-to= relative-base= no-symlinks", operands: "paths" }],
  ["file", { short: "biLhkN0r", long: "brief mime mime-type mime-encoding dereference", operands: "paths" }],
  [
    "cut",
    {
      lax: true,
      short: "sz",
      valued: "bcdf",
      long: "complement output-delimiter= delimiter= fields= characters=",
      operands: "paths",
    },
  ],
  ["tr", { lax: true, short: "cCdst", operands: "text" }],
  ["uniq", { short: "cdDiuz", numeric: "fsw", long: "count repeated unique ignore-case", operands: "paths", most: 1 }],
  [
    "sort",
    {
      short: "bcCdfghiMnrRsuVz",
      valued: "kt",
      long:
        "reverse numeric-sort unique version-sort human-numeric-sort ignore-case ignore-leading-blanks key= " +
        "field-separator= stable check zero-terminated general-numeric-sort dictionary-order month-sort parallel=",
      operands: "paths",
    },
  ],
  [
    "diff",
    {
      short: "qrsuacwbBEitTypNdZ",
      valued: "IxFL",
      numeric: "CUW",
      separate: "label exclude width",
      long:
        "brief recursive report-identical-files unified? context? ignore-all-space ignore-space-change " +
        "ignore-blank-lines ignore-case side-by-side width= new-file exclude= color? minimal text strip-trailing-cr label= " +
        "suppress-common-lines left-column ignore-trailing-space ignore-tab-expansion show-c-function no-dereference normal",
      operands: "paths",
    },
  ],
  ["cmp", { lax: true, short: "bls", operands: "paths" }],
  ["comm", { lax: true, short: "123z", operands: "paths" }],
  ["md5sum", SUMS],
  ["sha1sum", SUMS],
  ["sha256sum", SUMS],
  ["sha512sum", SUMS],
  ["cksum", { lax: true, operands: "paths" }],
  ["grep", GREP],
  ["egrep", GREP],
  ["fgrep", GREP],
  [
    "rg",
    {
      short: "isSnNvwxcloFUPHIau.0pq",
      valued: "egtTr",
      numeric: "ABCmMjd",
      separate: true,
      long:
        "ignore-case smart-case case-sensitive line-number no-line-number invert-match word-regexp line-regexp count " +
        "count-matches files files-with-matches files-without-match fixed-strings multiline multiline-dotall pcre2 " +
        "with-filename no-filename text hidden no-ignore no-ignore-vcs null pretty quiet only-matching regexp= " +
        "after-context= before-context= context= max-count= max-depth= glob= iglob= type= type-not= replace= " +
        "max-columns= sort= sortr= color= colors= heading no-heading json stats vimgrep column trim passthru " +
        "no-messages type-list max-filesize= threads= engine= encoding= byte-offset no-config debug trace type-add= " +
        "type-clear= one-file-system no-ignore-parent no-ignore-dot no-ignore-global no-ignore-exclude no-ignore-files " +
        "no-require-git no-unicode crlf null-data line-buffered glob-case-insensitive max-columns-preview " +
        "context-separator= field-match-separator= no-context-separator stop-on-nonmatch no-pcre2-unicode",
      operands: "search",
    },
  ],
]);

/** Commands that change files, and nothing but the files they are told. */
export const FILE_COMMANDS: ReadonlyMap<string, Options> = new Map<string, Options>([
  ["mkdir", { short: "pv", valued: "m", long: "parents verbose mode=" }],
  ["touch", { short: "acm", valued: "dt", long: "no-create date= time=" }],
  ["rm", { short: "vdi", long: "verbose dir" }],
  ["rmdir", { short: "pv", long: "verbose ignore-fail-on-non-empty parents" }],
  ["mv", { short: "fnviu", long: "force no-clobber verbose interactive update" }],
  ["cp", { short: "fnpviu", long: "force no-clobber verbose interactive update" }],
]);

/** Tests of `find`, with the number of words each takes. */
export const FIND_TESTS: ReadonlyMap<string, 0 | 1> = new Map<string, 0 | 1>([
  ...(
    "name iname path ipath wholename iwholename regex iregex regextype type xtype size mtime mmin ctime cmin atime " +
    "amin newer anewer cnewer newermt newerct newerat newerBt maxdepth mindepth user group uid gid perm links inum samefile printf lname ilname used fstype"
  )
    .split(" ")
    .map((name) => [`-${name}`, 1] as const),
  ...(
    "depth print print0 prune empty not o or a and readable writable executable xdev mount ls quit true false " +
    "daystart noleaf nouser nogroup ignore_readdir_race nowarn"
  )
    .split(" ")
    .map((name) => [`-${name}`, 0] as const),
  ...["(", ")", "!", ","].map((name) => [name, 0] as const),
]);
