import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isWithin, type Place } from "../paths/judge-path.js";
import type { Argument } from "./argument.js";

const MOST = 200_000;

/** A program by its name alone, or from where the system keeps its own. */
const PROGRAM = /^(?:\/(?:usr\/(?:local\/)?)?s?bin\/|\/opt\/homebrew\/bin\/)?[A-Za-z][\w.+-]*$/;

const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Commands of the shell's own, and programs that run what follows: their first word is not asked for a version. */
const NOT_ASKED = names(`
  eval exec source trap alias hash enable builtin command read export declare typeset local readonly unset set shopt
  bind complete compopt fc getopts let mapfile readarray pushd popd ulimit umask sudo doas su env xargs parallel watch
  time timeout nice nohup setsid ionice flock stdbuf chroot unshare nsenter strace ltrace script npx bunx uvx pipx pkexec
  shutdown reboot halt poweroff mkfs dd init
`);
/** Programs whose -v tells their version. For others it can mean to do more, and to say so. */
const SMALL_V = names(`
  node npm npx pnpm yarn bun deno tsc ts-node php ruby perl lua luajit mvn gradle gcc g++ cc c++ clang clang++ bundle gem
  composer eslint prettier jest vitest webpack rollup vite next nuxt rspec docker docker-compose podman terraform redis-server
  redis-cli nginx make git gh brew code java javac scala kotlin kotlinc elixir iex swift rustc nvim serverless aws sam
  cdk pulumi lerna nx turbo svelte-kit astro gatsby expo storybook cypress playwright tailwindcss sass stylelint helm
`);
const LARGE_V = names(`
  python python2 python3 pip pip3 cargo rustc ssh curl wget tar psql mysql sqlite3 redis-cli deno tmux vim nvim rsync
  make bash zsh fish pytest poetry pipenv black ruff mypy flake8 ffmpeg nmap rg fd bat jq yq tree diff sort ls aws
  ansible docker-compose uv hatch gunicorn celery composer gzip zip less file man gdb lldb valgrind perf
`);

/** Files of a project that make a program run something of the project's, whatever it is asked; some only with words. */
const LAUNCHED: Readonly<Record<string, readonly (readonly [file: string, words?: RegExp])[]>> = {
  mvn: [[".mvn"]],
  rails: [["bin/rails"]],
  spring: [["bin/spring"], ["config/spring.rb"]],
  bazel: [["tools/bazel"], [".bazelversion"], [".bazeliskrc"]],
  bazelisk: [["tools/bazel"], [".bazelversion"], [".bazeliskrc"]],
  sbt: [["project"], [".sbtopts"], [".jvmopts"]],
  ansible: [["ansible.cfg"]],
  pytest: [
    ["conftest.py"],
    ...["pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"].map((file) => [file, /addopts|pythonpath/] as const),
  ],
  cargo: [
    ["rust-toolchain", /path/],
    ["rust-toolchain.toml", /path/],
  ],
  rustc: [
    ["rust-toolchain", /path/],
    ["rust-toolchain.toml", /path/],
  ],
  pnpm: [["package.json", /"packageManager"\s*:/]],
  yarn: [
    ["package.json", /"packageManager"\s*:/],
    [".yarnrc.yml", /yarnPath|plugins/],
    [".yarnrc", /yarn-path/],
  ],
  yarnpkg: [
    ["package.json", /"packageManager"\s*:/],
    [".yarnrc.yml", /yarnPath|plugins/],
    [".yarnrc", /yarn-path/],
  ],
};

/** Programs with commands of their own, whose help is theirs to give. */
const MANY = names(`
  npm pnpm cargo go docker podman kubectl helm terraform tofu pip pip3 poetry brew apt apt-get dotnet aws gcloud az gh
  rustup composer gem conda systemctl flutter dart deno bun
`);
const RUNS = /^(?:run|exec|x|dlx|start|test|shell|create|init|execute|script|ssh|attach|debug|cp|build|install-.*)$/;

/**
 * Whether a program is only asked what it is or how it is used. Not one that lies in the workspace, which can do what
 * it likes when asked; and not one that the project makes run something of its own.
 */
export function tellsAboutItself(words: readonly Argument[], { cwd, folders }: Place): boolean {
  const [head, ...rest] = words as readonly [Argument, ...Argument[]];
  if (words.some(({ unknown, wild }) => unknown ?? wild) || !PROGRAM.test(head.text)) return false;
  if (head.text.startsWith("/") && folders.some((dir) => isWithin(dir, head.text))) return false;
  const name = head.text.replace(/^.*\//, "");
  if (
    NOT_ASKED.has(name) ||
    !asks(
      name,
      rest.map(({ text }) => text),
    )
  )
    return false;
  return !isLaunched(name, cwd, folders);
}

function asks(name: string, texts: readonly string[]): boolean {
  const [first = "", ...more] = texts;
  if (more.length === 0) {
    if (first === "--version" || first === "--help") return true;
    return (first === "-v" && SMALL_V.has(name)) || (first === "-V" && (LARGE_V.has(name) || SMALL_V.has(name)));
  }
  const last = more.at(-1);
  const own = [first, ...more.slice(0, -1)];
  return (
    MANY.has(name) &&
    last === "--help" &&
    own.length <= 3 &&
    own.every((one) => /^[a-z][a-z-]*$/.test(one) && !RUNS.test(one))
  );
}

/** Looks from the folder up to the top of the workspace. */
function isLaunched(name: string, cwd: string, folders: readonly string[]): boolean {
  const files = Object.hasOwn(LAUNCHED, name) ? LAUNCHED[name]! : [];
  const root = folders.find((dir) => isWithin(dir, cwd));
  for (let dir = cwd; files.length > 0; dir = dirname(dir)) {
    if (files.some(([file, words]) => holds(join(dir, file), words))) return true;
    if (root === undefined || dir === root || dir === dirname(dir)) return false;
  }
  return false;
}

function holds(path: string, words: RegExp | undefined): boolean {
  if (!existsSync(path)) return false;
  try {
    return words === undefined || statSync(path).size > MOST || words.test(readFileSync(path, "utf8"));
  } catch {
    return true;
  }
}
