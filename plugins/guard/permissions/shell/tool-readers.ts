import { mayBeOption, type Argument } from "./argument.js";
import { readsWithFilter } from "./filter-tools.js";
import { parseOptions, type Options } from "./options.js";
import { readsWhenAsked } from "./asked-tools.js";

type Judge = (words: readonly Argument[]) => readonly Argument[] | undefined;

/** A form of a program, by its first words, with the options that change nothing about what it does. */
interface Form extends Options {
  /** What may follow: nothing, names, or files that are read. */
  readonly operands: "none" | "names" | "paths";
  /** No more files than that: a further one would be written to. */
  readonly most?: number;
}

const LISTS: Form = {
  short: "aqsn",
  valued: "f",
  long: "all quiet no-trunc size latest last= filter= format= digests tree",
  separate: true,
  operands: "names",
};
const PACKAGES: Form = {
  short: "aglr",
  long: "all json long parseable global prod production dev depth= omit= include= only= recursive production workspaces",
  separate: true,
  operands: "names",
};
const LOGS: Form = {
  short: "t",
  numeric: "n",
  long: "tail= since= until= timestamps details no-color no-log-prefix",
  separate: true,
  operands: "names",
};
const INSPECTS: Form = { valued: "f", long: "format= no-trunc human", separate: true, operands: "names" };
const JSON_TOOL: Form = {
  long: "indent= sort-keys no-indent compact json-lines no-ensure-ascii tab",
  separate: "indent",
  operands: "paths",
  most: 1,
};
const NAMES: Form = { operands: "names" };
const NONE: Form = { operands: "none" };

/** Forms of programs with several, none of which writes, runs anything of the project or reaches the network. */
const FORMS: Readonly<Record<string, Readonly<Record<string, Form>>>> = {
  npm: {
    ...forms("ls list ll la explain why", PACKAGES),
    ...forms("root prefix bin", { short: "g", long: "global", operands: "none" }),
    "config get": { long: "json", operands: "names" },
    "pkg get": NAMES,
  },
  pnpm: { ...forms("ls list ll why", PACKAGES), ...forms("root bin", { short: "g", operands: "none" }) },
  bun: { "pm ls": { long: "all", operands: "none" } },
  pip: forms("list show freeze", {
    short: "fl",
    long: "format= files local user not-required",
    separate: true,
    operands: "names",
  }),
  go: {
    version: NONE,
    env: { long: "json", operands: "names" },
    "env -json": NAMES,
    doc: { short: "acu", long: "all src", operands: "names" },
    help: NAMES,
  },
  cargo: { help: NAMES, "--list": NONE },
  rustup: {
    show: NONE,
    "show active-toolchain": NONE,
    ...forms("toolchain;target;component", { short: "v", long: "installed verbose", operands: "none" }, " list"),
  },
  php: { "-l": { operands: "paths" }, "-m": NONE, "--ini": NONE },
  docker: {
    ...forms("ps images version info", LISTS),
    ...forms("logs;compose logs", LOGS, ""),
    ...forms("inspect top port diff history", INSPECTS),
    ...forms("image;container;volume;network", INSPECTS, " inspect"),
    ...forms("compose top;compose port", NAMES, ""),
    stats: { short: "a", long: "all no-stream no-trunc format=", separate: true, operands: "names" },
    ...forms("image;container;volume;network;context", LISTS, " ls"),
    "compose ps": { ...LISTS, short: "aq", long: `${LISTS.long} services status=` },
    "compose ls": LISTS,
    "compose images": LISTS,
    "compose version": { long: "short", operands: "none" },
    "system df": { short: "v", operands: "none" },
  },
  kubectl: {
    "version --client": { valued: "o", long: "output= short", operands: "none" },
    "config current-context": NONE,
    "config get-contexts": NONE,
  },
  helm: { version: { long: "short client", operands: "none" } },
  gem: { list: { long: "local", operands: "names" }, env: NONE },
  brew: { list: { long: "versions formula cask", operands: "names" }, "--prefix": NAMES },
  apt: { list: { long: "installed upgradable", operands: "names" }, ...forms("show search policy", NAMES) },
  "apt-cache": forms("policy search show showpkg depends rdepends madison", NAMES),
  dpkg: forms("-l -L -s -S --list --listfiles --status --search", NAMES),
  rpm: forms("-qa -q -ql -qi", NAMES),
  systemctl: forms("status is-active is-enabled list-units list-timers", {
    long: "no-pager all user type= state=",
    operands: "names",
  }),
  conda: { "env list": NONE, list: { operands: "none" } },
  uv: { "pip list": NONE, "python list": NONE },
  dotnet: { "--info": NONE, "--list-sdks": NONE, "--list-runtimes": NONE },
  openssl: { version: { short: "a", operands: "none" } },
  tmux: { ls: NONE, "list-sessions": NONE },
  nvm: { ls: NONE, current: NONE },
  rustc: { "-vV": NONE, "-Vv": NONE, "--version --verbose": NONE },
  python: { "-VV": NONE, "-m json.tool": JSON_TOOL },
  python3: { "-VV": NONE, "-m json.tool": JSON_TOOL },
  java: { "-version": NONE },
  javac: { "-version": NONE },
  ...versions("-version", "ffmpeg ffprobe kotlin kotlinc scala scalac groovy erl sqlite3 convert magick xcodebuild"),
  ...versions("version", "zig tofu hugo minikube vault packer nomad consul pulumi kustomize kind buf eksctl"),
  terraform: { version: NONE, "-version": NONE },
};

/** Names of one word each; or, where an ending is given, of several. */
function forms(names: string, form: Form, ending?: string): Record<string, Form> {
  const list = names.split(ending === undefined ? " " : ";");
  return Object.fromEntries(list.map((name) => [name + (ending ?? ""), form]));
}

function versions(asked: string, names: string): Record<string, Record<string, Form>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, { [asked]: NONE }]));
}

const SPECIAL: Readonly<Record<string, Judge>> = {
  ps,
  tar,
  unzip,
  node,
  bash: syntax,
  sh: syntax,
  gzip,
  gunzip: gzip,
  top,
  jar: archive(/^-?(?:tf|tvf|ft|vtf)$/),
  ar: archive(/^-?(?:t|tv|vt)$/),
  bc,
  xmllint,
  lsof: only(/^(?:-[nPt]+|-i|-?i?(?:TCP|UDP|tcp|udp)?:\d+|-i(?:TCP|UDP|tcp|udp|4|6)|-sTCP:(?:LISTEN|ESTABLISHED))$/),
  ss: only(/^-[tulnapexw46sH]+$/),
  netstat: only(/^-[tulnapei46]+$/),
};

/** Tells about this machine's ports and who holds them, asked with nothing but such words; without -n by asking for names. */
function only(word: RegExp): Judge {
  return (words) => {
    const isKnown = words.slice(1).every(({ text, unknown, wild }) => !(unknown ?? wild) && word.test(text));
    return isKnown && words.some(({ text }) => /^-[a-zA-Z]*n/.test(text)) ? [] : undefined;
  };
}

/** The files that a program with several forms reads, when this form certainly only reads; undefined otherwise. */
export function readsWithTool(words: readonly Argument[]): readonly Argument[] | undefined {
  const head = words[0]!.text;
  const found = readsWithFilter(words) ?? readsWhenAsked(words);
  if (found) return found;
  if (Object.hasOwn(SPECIAL, head)) return SPECIAL[head]!(words);
  const known = Object.hasOwn(ALIASES, head) ? ALIASES[head]! : head;
  const table = Object.hasOwn(FORMS, known) ? FORMS[known]! : {};
  for (const length of [2, 1]) {
    const name = words.slice(1, 1 + length);
    const form =
      name.length === length && name.every(({ unknown }) => !unknown) ? name.map(({ text }) => text).join(" ") : "";
    if (Object.hasOwn(table, form)) return inForm(words.slice(1 + length), table[form]!);
  }
  return undefined;
}

const ALIASES: Readonly<Record<string, string>> = { pip3: "pip", podman: "docker" };

function inForm(words: readonly Argument[], form: Form): readonly Argument[] | undefined {
  const parsed = parseOptions(words, form);
  if (!parsed || parsed.operands.some(({ text }) => SECRET.test(text))) return undefined;
  const { most = Infinity } = form;
  if (parsed.operands.length > most || (form.most !== undefined && parsed.operands.some(isSeveral))) return undefined;
  if (form.operands === "none") return parsed.operands.length === 0 ? [] : undefined;
  return form.operands === "names" ? [] : parsed.operands;
}

const isSeveral = ({ unknown, base }: Argument): boolean => unknown !== undefined || base !== undefined;

const SECRET = /token|secret|passw|_auth|credential/i;

/** Anything but the environment of other processes. */
function ps(words: readonly Argument[]): readonly Argument[] | undefined {
  const texts = words.slice(1).map(({ text, unknown }) => (unknown?.kind === "number" ? "1" : unknown ? "?" : text));
  const isKnown = (text: string, at: number): boolean =>
    (at === 0 && /^[auxwfl]+$/.test(text)) ||
    /^-(?:[AefFlwH]+|[ejl]|e?o|p|C|u|U|-ppid|-pid|-sort=[-+\w,%]+|-forest|-no-headers)$/.test(text) ||
    (/^-(?:e?o|p|C|u|U|-ppid|-pid)$/.test(texts[at - 1] ?? "") && /^[\w,%=-]+$/.test(text) && !/env/i.test(text));
  return texts.every(isKnown) ? [] : undefined;
}

/** Lists what is in an archive. A colon in its name would mean another machine. */
function tar(words: readonly Argument[]): readonly Argument[] | undefined {
  const [, options, file, ...names] = words;
  if (
    !options ||
    !file ||
    words.some(({ unknown, wild }) => unknown ?? wild) ||
    !/^-?(?=[zjJv]*t)[tzjJv]+f$/.test(options.text)
  )
    return undefined;
  return file.text.includes(":") || mayBeOption(file) || names.some(mayBeOption) ? undefined : [file];
}

/** Once, and not asked for anything while it runs. */
function top(words: readonly Argument[]): readonly Argument[] | undefined {
  const parsed = parseOptions(words.slice(1), { short: "bcHi", numeric: "nd", valued: "op" });
  return parsed?.given.has("b") && parsed.operands.length === 0 ? [] : undefined;
}

/** Lists what is in an archive. A word that begins with `@` names a file of further options. */
function archive(lists: RegExp): Judge {
  return (words) => {
    const [, options, file, ...names] = words;
    const isKnown =
      options && file && words.every(({ unknown, wild, text }) => !unknown && !wild && !text.startsWith("@"));
    return isKnown && lists.test(options.text) && ![file, ...names].some(mayBeOption) ? [file] : undefined;
  };
}

function unzip(words: readonly Argument[]): readonly Argument[] | undefined {
  const [, options, file, ...more] = words;
  return options && file && /^-[lvtZ1]+$/.test(options.text) && more.length === 0 && !file.unknown && !mayBeOption(file)
    ? [file]
    : undefined;
}

function gzip(words: readonly Argument[]): readonly Argument[] | undefined {
  const parsed = parseOptions(words.slice(1), { short: "cdlkt", long: "stdout decompress list" });
  const writes = words[0]!.text === "gzip" ? !["l", "list", "t"].some((one) => parsed?.given.has(one)) : true;
  const toOutput = ["c", "stdout", "l", "list", "t"].some((one) => parsed?.given.has(one));
  return parsed && (toOutput || !writes) && !parsed.operands.some(({ unknown }) => unknown)
    ? parsed.operands
    : undefined;
}

/** Only looks whether a file can be read as a program. */
function node(words: readonly Argument[]): readonly Argument[] | undefined {
  const [, option, file, ...more] = words;
  return /^(?:--check|-c)$/.test(option?.text ?? "") && file && more.length === 0 && !file.unknown && !mayBeOption(file)
    ? [file]
    : undefined;
}

function syntax(words: readonly Argument[]): readonly Argument[] | undefined {
  const [, option, file, ...more] = words;
  return option?.text === "-n" && file && more.length === 0 && !file.unknown && !mayBeOption(file) ? [file] : undefined;
}

/** Calculates what it reads from its input. */
function bc(words: readonly Argument[]): readonly Argument[] | undefined {
  return words.slice(1).every(({ text }) => /^-[lq]+$/.test(text)) ? [] : undefined;
}

/** Without an option that makes it follow what a document names. A colon in a file's name would mean another machine. */
function xmllint(words: readonly Argument[]): readonly Argument[] | undefined {
  const files: Argument[] = [];
  for (let place = 1; place < words.length; place++) {
    const word = words[place]!;
    if (!word.unknown && /^--?xpath$/.test(word.text)) {
      if (!words[++place] || words[place]!.unknown || words[place]!.wild) return undefined;
    } else if (mayBeOption(word)) {
      if (!/^--?(?:noout|format|recover|nowarning|nonet|html|huge)$/.test(word.text)) return undefined;
    } else files.push(word);
  }
  return files.some(({ text, unknown }) => unknown ?? text.includes(":")) ? undefined : files;
}
