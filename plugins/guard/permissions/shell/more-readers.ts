import type { Reader } from "./reader-options.js";

const LINES: Reader = { lax: true, short: "bsuzp", valued: "wdt", long: "width=", operands: "paths" };
const TEXT: Reader = { lax: true, operands: "text" };

const FD: Reader = {
  short: "HIisagpF01qu",
  valued: "etES",
  numeric: "d",
  long:
    "hidden no-ignore ignore-case case-sensitive glob absolute-path full-path extension= type= exclude= max-depth= size= " +
    "color= min-depth= exact-depth= max-results= changed-within= changed-before= no-ignore-vcs print0",
  separate: true,
  operands: "search",
};

const ZGREP: Reader = { short: "invclhHoEFw", numeric: "ABCm", operands: "search" };
const ACK: Reader = {
  short: "invclhHowQsf",
  numeric: "ABCm",
  long: "ignore-case no-ignore-case literal word-regexp count nocolor color group nogroup heading noheading",
  operands: "search",
};
const EZA: Reader = {
  short: "1alrRdFgGhHiSmuUxTBn",
  valued: "stI",
  numeric: "L",
  long:
    "all long tree level= git header icons? color= colour= sort= reverse group group-directories-first only-dirs only-files " +
    "no-user no-time no-permissions no-filesize git-ignore time-style= oneline recurse classify? bytes ignore-glob= inode",
  separate: true,
  operands: "paths",
};

const BAT: Reader = {
  short: "pnA",
  valued: "lr",
  long: "plain number line-range= language= style= paging= color= theme=",
  separate: "line-range language style paging color theme",
  operands: "paths",
};

/** Further commands that only read, most of them seldom used with options. */
export const MORE_READERS: readonly (readonly [string, Reader])[] = [
  ...["rev", "fold", "expand", "unexpand", "fmt", "tsort"].map((name) => [name, LINES] as const),
  ["paste", { lax: true, short: "sz", valued: "d", long: "serial delimiters= zero-terminated", operands: "paths" }],
  ["join", { lax: true, short: "iz", valued: "12aejotv", operands: "paths" }],
  [
    "column",
    {
      lax: true,
      short: "txnNe",
      valued: "sco",
      long: "table separator= output-separator= columns= table-columns= fillrows",
      operands: "paths",
    },
  ],
  ["od", { lax: true, short: "abcdfilosxv", valued: "AjNSt", joined: "w", operands: "paths" }],
  ["hexdump", { lax: true, short: "bcCdovx", valued: "ns", operands: "paths" }],
  ["xxd", { short: "abeiupr", valued: "cgls", operands: "paths", most: 1 }],
  ["strings", { short: "afo", valued: "net", digits: true, operands: "paths", listed: true }],
  ["base64", { lax: true, short: "di", numeric: "w", long: "decode wrap= ignore-garbage", operands: "paths" }],
  ["base32", { lax: true, short: "di", numeric: "w", long: "decode wrap=", operands: "paths" }],
  ["zcat", { lax: true, operands: "paths" }],
  ["sum", { lax: true, operands: "paths" }],
  ["b2sum", { lax: true, short: "btz", operands: "paths" }],
  ["sha224sum", { lax: true, short: "btz", operands: "paths" }],
  ["sha384sum", { lax: true, short: "btz", operands: "paths" }],
  ["shasum", { lax: true, short: "bt", numeric: "a", operands: "paths" }],
  ["md5", { lax: true, short: "qr", operands: "paths" }],
  ["shuf", { short: "ez", numeric: "n", operands: "paths" }],
  ["bat", BAT],
  ["batcat", BAT],
  ["gofmt", { short: "lde", operands: "paths" }],
  [
    "tree",
    {
      short: "adfpsughDFinNtrcSCAJXQqx",
      numeric: "L",
      valued: "PI",
      long: "dirsfirst filesfirst noreport prune du gitignore matchdirs sort= charset= filelimit= timefmt= inodes device si",
      separate: true,
      operands: "paths",
    },
  ],
  ["test", { operands: "none" }],
  ["sleep", TEXT],
  ["seq", { ...TEXT, short: "w", valued: "fs", digits: true }],
  ["expr", TEXT],
  ["factor", TEXT],
  ["numfmt", { ...TEXT, long: "to= from= grouping format= suffix= padding= field= header? delimiter=" }],
  ["yes", TEXT],
  ["type", { ...TEXT, short: "aftpP" }],
  ["help", TEXT],
  ["whereis", { ...TEXT, short: "bms" }],
  ["arch", { operands: "none" }],
  ["uptime", { short: "ps", long: "pretty since", operands: "none" }],
  ["free", { short: "bkmghltw", long: "human bytes kilo mega giga total wide si", operands: "none" }],
  ["lscpu", { operands: "none" }],
  ["lsblk", { short: "aflmpt", valued: "o", operands: "none" }],
  ["vmstat", { ...TEXT, short: "asdnwt" }],
  ["mount", { short: "l", operands: "none" }],
  ["clear", { short: "x", operands: "none" }],
  ["timedatectl", { operands: "none" }],
  ["pgrep", { short: "flainovxc", valued: "uUgGPt", operands: "text" }],
  ["pidof", { short: "s", operands: "text" }],
  ["hostname", { short: "sf", operands: "none" }],
  ["hostid", { operands: "none" }],
  ["tty", { short: "s", operands: "none" }],
  ["groups", { operands: "none" }],
  ["who", { operands: "none" }],
  ["w", { operands: "none" }],
  ["logname", { operands: "none" }],
  ["locale", { short: "a", operands: "none" }],
  ["cal", { short: "3y", operands: "text" }],
  ["jobs", { short: "lp", operands: "none" }],
  ["times", { operands: "none" }],
  ["wait", { operands: "none" }],
  ["exit", TEXT],
  ["break", TEXT],
  ["continue", TEXT],
  ["return", TEXT],
  [":", TEXT],
  ["getconf", TEXT],
  ["tput", TEXT],
  ["lsb_release", { short: "acdirs", operands: "none" }],
  ["sw_vers", { operands: "none" }],
  ["vm_stat", { operands: "none" }],
  ["objdump", { short: "adfhpxrRsStTDC", operands: "paths", listed: true }],
  ...["zgrep", "zegrep", "zfgrep"].map((name) => [name, ZGREP] as const),
  ["ack", ACK],
  ["eza", EZA],
  ["exa", EZA],
  ["fd", FD],
  ["fdfind", FD],
  [
    "ag",
    { short: "ilnwvcsQaFhH", valued: "G", numeric: "ABCm", long: "nocolor color nogroup stats", operands: "search" },
  ],
  ["tokei", { short: "fC", operands: "paths" }],
  [
    "cloc",
    {
      long: "by-file json csv md quiet exclude-dir= include-lang= exclude-lang= exclude-ext= include-ext= hide-rate",
      operands: "paths",
    },
  ],
  ["scc", { operands: "paths" }],
  ["readelf", { short: "ahlSsdnrWV", operands: "paths", listed: true }],
  ["nm", { short: "ACDgnprSu", operands: "paths", listed: true }],
  ["size", { short: "AB", operands: "paths", listed: true }],
  ["otool", { short: "LlhtvD", operands: "paths", listed: true }],
  [
    "clang-format",
    { short: "n", long: "dry-run Werror style= assume-filename= fallback-style=", operands: "paths", listed: true },
  ],
  [
    "shellcheck",
    {
      short: "x",
      valued: "sfeiSo",
      long: "shell= format= exclude= include= severity= enable= external-sources color? norc",
      separate: "shell format exclude include severity enable",
      operands: "paths",
    },
  ],
  ["pstree", { ...TEXT, short: "paulnAGhcgsStT" }],
  ["whatis", { operands: "text" }],
  ["apropos", { operands: "text" }],
  ["c++filt", { operands: "text" }],
  ["jps", { short: "lmqV", operands: "none" }],
  ["zipinfo", { short: "12lmstz", operands: "paths" }],
];
