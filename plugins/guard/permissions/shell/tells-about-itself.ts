import { isWithin } from "../../../../schemas/is-within.js";
import type { Place } from "../paths/judge-path.js";
import type { Argument } from "./argument.js";
import { isLaunched } from "./launched.js";

/** A program by its name alone, or from where the system keeps its own. */
const PROGRAM = /^(?:\/(?:usr\/(?:local\/)?)?s?bin\/|\/opt\/homebrew\/bin\/)?[A-Za-z][\w.+-]*$/;

const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Commands of the shell's own, and programs that run what follows: their first word is not asked for a version. */
const NOT_ASKED = names(`
  eval exec source trap alias hash enable builtin command read export declare typeset local readonly unset set shopt
  bind complete compopt fc getopts let mapfile readarray pushd popd ulimit umask sudo doas su watch
  time chroot unshare nsenter strace ltrace script bunx uvx pipx pkexec
  shutdown reboot halt poweroff mkfs dd init
`);
/** They run what follows too, and tell of themselves by these words where nothing else stands. */
const STARTERS = names("env xargs parallel timeout nice nohup setsid ionice flock stdbuf");
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

/** Programs with commands of their own, whose help is theirs to give. */
const MANY = names(`
  npm pnpm cargo go docker podman kubectl helm terraform tofu pip pip3 poetry brew apt apt-get dotnet aws gcloud az gh
  rustup gem conda systemctl flutter dart deno bun uv svn kind minikube kustomize istioctl vault packer nomad consul
`);
/** Those that tell it by `help` as well: without a network, and without a browser. */
const GIVES_HELP = names(`
  npm cargo go docker podman kubectl helm pip pip3 poetry brew rustup gem conda flutter deno bun uv svn kind minikube
  kustomize istioctl gh
`);
const WORD = /^[a-z][a-z0-9-]*$/;
/** They ask what they build, or hand the question on to a script. */
const HANDS_ON = /^(?:dotnet test|(?:pnpm|bun) (?:run|test|start|exec|x|create|dlx))$/;
/** What follows on such a word can be for what it runs. */
const RUNS = /^(?:run|exec|x|dlx|start|test|shell|create|init|execute|script|ssh|attach|debug|cp|build|install-.*)$/;

/**
 * Whether a program is only asked what it is or how it is used. Not one that lies in the workspace, which can do what
 * it likes when asked; and not one that the project makes run something of its own.
 */
export function tellsAboutItself(words: readonly Argument[], place: Place): boolean {
  const [head, ...rest] = words as readonly [Argument, ...Argument[]];
  if (words.some(({ unknown, wild }) => unknown ?? wild) || !PROGRAM.test(head.text)) return false;
  if (head.text.startsWith("/") && place.folders.some((dir) => isWithin(dir, head.text))) return false;
  const name = head.text.replace(/^.*\//, "");
  if (
    NOT_ASKED.has(name) ||
    !asks(
      name,
      rest.map(({ text }) => text),
    )
  )
    return false;
  return !isLaunched([name, ...rest.map(({ text }) => text)], place) && !isLaunched(["asdf"], place);
}

function asks(name: string, texts: readonly string[]): boolean {
  const [first = "", ...more] = texts;
  if (more.length === 0) {
    if (first === "help") return GIVES_HELP.has(name);
    if (first === "--version" || first === "--help") return true;
    if (STARTERS.has(name)) return false;
    return (first === "-v" && SMALL_V.has(name)) || (first === "-V" && (LARGE_V.has(name) || SMALL_V.has(name)));
  }
  if (first === "help") return more.length <= 2 && GIVES_HELP.has(name) && more.every((one) => WORD.test(one));
  const last = more.at(-1);
  const own = [first, ...more.slice(0, -1)];
  return (
    MANY.has(name) &&
    last === "--help" &&
    own.length <= 3 &&
    own.every((one, at) => WORD.test(one) && (!RUNS.test(one) || at === own.length - 1)) &&
    !HANDS_ON.test(`${name} ${own.join(" ")}`)
  );
}
