import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isWithin, type Place } from "../paths/judge-path.js";

const MOST = 200_000;

/** Files of a project that make a program run something of the project's, whatever it is asked; some only with words. */
const LAUNCHED: Readonly<Record<string, readonly (readonly [file: string, words?: RegExp])[]>> = {
  mvn: [[".mvn"]],
  rails: [["bin/rails"]],
  spring: [["bin/spring"], ["config/spring.rb"]],
  bazel: [["tools/bazel"], [".bazelversion"], [".bazeliskrc"]],
  bazelisk: [["tools/bazel"], [".bazelversion"], [".bazeliskrc"]],
  sbt: [["project"], [".sbtopts"], [".jvmopts"]],
  composer: [["composer.json", /allow-plugins|\\/]],
  poetry: [[".poetry"], ["pyproject.toml", /requires-plugins|\\/]],
  bundle: [[".bundle/plugin"]],
  dotnet: [["global.json", /paths|\\/]],
  npm: [[".npmrc", /viewer|browser|\\/]],
  ack: [[".ackrc"]],
  ansible: [["ansible.cfg"]],
  pytest: [
    ["conftest.py"],
    ...["pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"].map((file) => [file, /addopts|pythonpath/] as const),
  ],
  cargo: [
    [".cargo/config.toml", /alias|\\/],
    [".cargo/config", /alias|\\/],
    ["rust-toolchain", /path/],
    ["rust-toolchain.toml", /path/],
  ],
  rustc: [
    ["rust-toolchain", /path/],
    ["rust-toolchain.toml", /path/],
  ],
  pnpm: [
    [".pnpmfile.cjs"],
    [".pnpmfile.mjs"],
    ["package.json", /"packageManager"\s*:|pnpmfile|configDependencies|"[\w]*\\u/i],
    ["pnpm-workspace.yaml", /pnpmfile|configDependencies|\\/i],
    [".npmrc", /pnpmfile|\\/i],
  ],
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

/**
 * Whether a program would run, or do, something that a file of the project says, whatever it is asked. Looks from the
 * folder up to the top of the workspace.
 */
export function isLaunched(name: string, { cwd, folders }: Place): boolean {
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
