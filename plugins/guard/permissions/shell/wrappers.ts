import type { Word } from "./script.js";
import { ASSIGNMENT, SHELLS } from "./shell-text.js";

interface Wrapper {
  /** Short options that take the next word. */
  readonly valued?: string;
  /** Words before the command that are its own. */
  readonly operands?: number;
  /** What its first word has to be. */
  readonly does?: RegExp;
}

/** Programs that run the command in their arguments. */
const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ["timeout", { valued: "ks", operands: 1 }],
  ["time", { valued: "of" }],
  ["nice", { valued: "n" }],
  ["nohup", {}],
  ["stdbuf", { valued: "ioe" }],
  ["command", {}],
  ["builtin", {}],
  ["noglob", {}],
  ["exec", { valued: "a" }],
  ["env", { valued: "uSC" }],
  ["sudo", { valued: "ugpCcDhrRTtU" }],
  ["doas", { valued: "uC" }],
  ["watch", { valued: "nq" }],
  ["setsid", {}],
  ["ionice", { valued: "cnpPu" }],
  ["flock", { valued: "wE", operands: 1 }],
  ["xargs", { valued: "aEeIiLlnPsd" }],
  ["parallel", { valued: "jNaI" }],
  ["chroot", { operands: 1 }],
  ["unshare", {}],
  ["nsenter", { valued: "t" }],
  ["strace", { valued: "eopsuaE" }],
  ["ltrace", { valued: "eopsuaE" }],
  ["taskset", { operands: 1 }],
  ["chrt", { valued: "TPD", operands: 1 }],
  ["caffeinate", { valued: "tw" }],
  ["busybox", {}],
  ["script", { valued: "cIOBEmTto" }],
  ["coproc", {}],
  ["npx", {}],
]);

/** Whether a program runs the command in its arguments, so that a rule about it would say nothing. */
export function isWrapper(name: string): boolean {
  return name !== "npx" && WRAPPERS.has(name);
}

const RUN = /^run$/;
const EXEC = /^(?:exec|x)$/;

/** Programs that do the same, but that a rule can well be about. */
const RUNNERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ...(
    "fakeroot systemd-run firejail bunx dotenv cross-env entr valgrind chronic proot ssh-agent dbus-run-session torsocks " +
    "proxychains proxychains4 catchsegv linux32 linux64 prlimit setpriv numactl cpulimit toybox tini dumb-init unbuffer eatmydata"
  )
    .split(" ")
    .map((name) => [name, {}] as const),
  ...["setarch", "gosu", "su-exec", "faketime", "runcon"].map((name) => [name, { operands: 1 }] as const),
  ...["poetry", "pipenv", "uv", "pdm", "rye", "op", "doppler"].map((name) => [name, { does: RUN }] as const),
  ...["conda", "mamba", "micromamba"].map((name) => [name, { does: RUN, valued: "np" }] as const),
  ...["npm", "mise", "asdf", "bundle"].map((name) => [name, { does: EXEC }] as const),
  ...["pnpm", "yarn"].map((name) => [name, { does: /^(?:exec|dlx)$/ }] as const),
  ["direnv", { does: /^exec$/, operands: 1 }],
  ["aws-vault", { does: /^exec$/, operands: 1 }],
  ["xvfb-run", { valued: "enfsp" }],
  ["perf", { does: /^(?:stat|record|trace)$/, valued: "eopCtIr" }],
  ["git", { does: /^bisect$/, operands: 1 }],
]);

/** Where a command can begin that a program runs, by its arguments. */
export function startsIn(name: string, words: readonly Word[]): ReadonlySet<number> {
  // Only asked what it is.
  if (name === "command" && /^-[vV]$/.test(words[1]?.text ?? "")) return new Set();
  const wrapper = WRAPPERS.get(name) ?? RUNNERS.get(name);
  if (!wrapper) return new Set();
  const from = wrapper.does ? words.findIndex(({ text }, at) => at > 0 && !text.startsWith("-")) : 0;
  return from < 0 || (wrapper.does && !wrapper.does.test(words[from]!.text))
    ? new Set()
    : starts(words, wrapper, from + 1);
}

/** Long options may or may not take the next word, so both readings count. */
function starts(words: readonly Word[], { valued = "", operands = 0 }: Wrapper, from: number): ReadonlySet<number> {
  const found = new Set<number>();
  let place = from;
  let own = operands;
  for (; place < words.length; place++) {
    const { text } = words[place]!;
    if (text === "--" || text === "!") continue;
    if (text.startsWith("--")) {
      if (!text.includes("=") && words[place + 2]) found.add(place + 2);
    } else if (text.startsWith("-") && text.length > 1) {
      if (text.length === 2 && valued.includes(text[1]!)) place++;
    } else if (ASSIGNMENT.test(text)) continue;
    else if (own-- <= 0) break;
  }
  if (place < words.length) found.add(place);
  return found;
}

/** Programs, beside shells, that run the word after `-c`. */
const RUNS_TEXT: ReadonlySet<string> = new Set("su script flock busybox runuser capsh nix nix-shell".split(" "));
const TEXT_OPTION = /^-[A-Za-z]*c[A-Za-z]*$|^--(?:command|run)$/;

/** Arguments that are themselves command lines. */
export function textsRunBy(name: string, words: readonly Word[]): readonly string[] {
  const texts = words.slice(1).map(({ text }) => text);
  const operands = texts.filter((text) => !text.startsWith("-"));
  if (name === "eval") return [texts.join(" ").replace(/^-- /, "")];
  if (name === "watch") return [operands.join(" ")];
  if (name === "trap") return operands.slice(0, 1);
  if (name === "hyperfine") return operands;
  if (name === "alias") return texts.map((text) => text.slice(text.indexOf("=") + 1));
  if (name === "env") return splitBy(texts);
  if (name === "git") return runByGit(texts, operands);
  if (!SHELLS.test(name) && !RUNS_TEXT.has(name)) return [];
  const joined = texts.flatMap((text) => /^--(?:command|run)=(.*)$/s.exec(text)?.[1] ?? []);
  // What runs is the first word that is no option, behind the option that says so.
  const after = texts.flatMap((text, at) => {
    return TEXT_OPTION.test(text)
      ? texts
          .slice(at + 1)
          .filter((one) => !/^[-+]/.test(one))
          .slice(0, 1)
      : [];
  });
  return [...new Set([...joined, ...after])];
}

/** `env -S "..."`. */
function splitBy(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text, at) => {
    const found = /^(?:-[0a-zA-Z]*?S|--split-string)(?:=?)(.*)$/s.exec(text);
    return found ? [found[1] === "" ? (texts[at + 1] ?? "") : found[1]!] : [];
  });
}

/** Settings of git whose value is a command line. */
const RUN_SETTING =
  /^(?:alias\.[^=]*=!|[^=]*(?:pager|editor|command|program|external|textconv|driver|cmd)[^=]*=)(.*)$/is;

/** `git -c alias.x='!...'`, `git rebase --exec "..."`, `git submodule foreach "..."`. */
function runByGit(texts: readonly string[], operands: readonly string[]): readonly string[] {
  const set = texts.flatMap((text, at) => {
    const setting = text === "-c" ? texts[at + 1] : /^-c(.+)$/s.exec(text)?.[1];
    const alias = /^alias\.[^=]*=(?!!)(.*)$/is.exec(setting ?? "")?.[1];
    return alias === undefined ? (RUN_SETTING.exec(setting ?? "")?.[1] ?? []) : `git ${alias}`;
  });
  const executed = texts.flatMap((text, at) => {
    if (/^(?:-x|--exec)$/.test(text)) return texts.slice(at + 1, at + 2);
    return /^--exec=(.*)$/s.exec(text)?.[1] ?? [];
  });
  const each = operands[0] === "submodule" && operands[1] === "foreach" ? [operands.slice(2).join(" ")] : [];
  return [...set, ...each, ...(operands.includes("rebase") ? executed : [])];
}
