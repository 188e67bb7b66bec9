import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isFolder } from "../paths/is-folder.js";
import { isWithin } from "../../../../schemas/is-within.js";
import type { Place } from "../paths/judge-path.js";

const MOST = 200_000;

type Files = readonly (readonly [file: string, words?: RegExp])[];

/** The same files for several programs, or the same words for several files. */
const each = (names: string, files: Files): Record<string, Files> =>
  Object.fromEntries(names.split(" ").map((name) => [name, files]));
const holding = (words: RegExp, ...files: readonly string[]): Files => files.map((file) => [file, words]);

const TOOLCHAIN: Files = holding(/path|\\/, "rust-toolchain", "rust-toolchain.toml");
const PYTEST: Files = [
  ["conftest.py"],
  ...holding(/addopts|pythonpath/, "pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"),
];
const COMPOSE: Files = [
  ...holding(
    /include|\\[xuU]/,
    ...["compose", "compose.override", "docker-compose", "docker-compose.override"].flatMap((name) => [
      `${name}.yaml`,
      `${name}.yml`,
    ]),
  ),
  [".env", /COMPOSE_/],
];
/** Programs that hand over to the copy of themselves that the project has, by its package. */
const LOCAL: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    "jest webpack webpack-cli lerna nx turbo grunt gulp ava serverless stylelint gatsby react-native karma xo np hardhat hexo"
      .split(" ")
      .map((name) => [name, name]),
  ),
  ng: "@angular/cli",
  nest: "@nestjs/cli",
  ember: "ember-cli",
  sls: "serverless",
  ionic: "@ionic/cli",
};

/**
 * Files of a project that make a program run something of the project's, whatever it is asked or what it is asked first;
 * some only with words.
 */
const LAUNCHED: Readonly<Record<string, Files>> = {
  ...each("mvn mvnd", [[".mvn"]]),
  rails: [["bin/rails"]],
  spring: [["bin/spring"], ["config/spring.rb"]],
  ...each("bazel bazelisk", [["tools/bazel"], [".bazelversion"], [".bazeliskrc"]]),
  sbt: [["project"], [".sbtopts"], [".jvmopts"]],
  lein: [["project.clj"]],
  boot: [["build.boot"]],
  composer: [["composer.json", /allow-plugins|\\/]],
  wp: [["wp-cli.yml"], ["wp-cli.local.yml"], ["config.yml"]],
  drush: [["vendor/drush"], ["vendor/bin/drush"]],
  poetry: [[".poetry"], ["pyproject.toml", /requires-plugins|\\/]],
  bundle: [[".bundle/plugin"]],
  rspec: holding(/<%/, ".rspec", ".rspec-local"),
  rubocop: [[".rubocop"]],
  cucumber: [["cucumber.yml"], ["config/cucumber.yml"], [".config/cucumber.yml"]],
  jekyll: [["Gemfile"]],
  dotnet: [["global.json", /paths|\\/]],
  npm: [[".npmrc", /viewer|browser|\\/]],
  ack: [[".ackrc"]],
  hg: [[".hg/hgrc"]],
  ansible: [["ansible.cfg"]],
  ...each("pytest py.test", PYTEST),
  flake8: holding(/local-plugins/, "setup.cfg", "tox.ini", ".flake8"),
  tox: [["toxfile.py"]],
  pants: [["pants.toml"]],
  "scons --help": [["SConstruct"], ["Sconstruct"], ["sconstruct"], ["SConstruct.py"]],
  waf: [["wscript"]],
  "locust --help": [["locustfile.py"], ["locust.conf"], ["pyproject.toml", /locust/]],
  "vagrant --help": [["Vagrantfile"], ["vagrantfile"]],
  scrapy: [["scrapy.cfg"]],
  "flask --help": [["app.py"], ["wsgi.py"], [".flaskenv"], [".env", /FLASK/]],
  "pylint --help": holding(
    /init-hook|load-plugins|\\/,
    ".pylintrc",
    "pylintrc",
    ".pylintrc.toml",
    "pylintrc.toml",
    "pyproject.toml",
    "setup.cfg",
    "tox.ini",
  ),
  "mix --help": [["mix.exs"]],
  rebar3: [["rebar.config"], ["rebar.config.script"]],
  cargo: [[".cargo/config.toml", /alias|\\/], [".cargo/config", /alias|\\/], ...TOOLCHAIN],
  ...each(
    "rustc rustup rustdoc rustfmt cargo-fmt cargo-clippy cargo-miri clippy-driver rust-analyzer rust-gdb rust-lldb rls",
    TOOLCHAIN,
  ),
  "uv pip": [[".venv"]],
  "uv python": [[".venv"]],
  "docker compose": COMPOSE,
  "podman compose": COMPOSE,
  pnpm: [
    [".pnpmfile.cjs"],
    [".pnpmfile.mjs"],
    ["package.json", /"packageManager"\s*:|pnpmfile|configDependencies|"[\w]*\\u/i],
    ["pnpm-workspace.yaml", /pnpmfile|configDependencies|\\/i],
    [".npmrc", /pnpmfile|\\/i],
  ],
  mocha: [
    ...holding(/node-option|\\/, ".mocharc.json", ".mocharc.jsonc", ".mocharc.yaml", ".mocharc.yml"),
    [".mocharc.js"],
    [".mocharc.cjs"],
    ["package.json", /"mocha"\s*:\s*\{|\\u/],
  ],
  nyc: [["nyc.config.js"], ["nyc.config.cjs"], ["nyc.config.mjs"]],
  ...each("sequelize sequelize-cli", [[".sequelizerc"]]),
  prisma: ["ts", "mts", "cts", "js", "mjs", "cjs"].map((ending) => [`prisma.config.${ending}`] as const),
  rush: [["rush.json"]],
  // It can name a folder as a version, and stands before any program.
  asdf: [[".tool-versions", /(?:path|ref):/]],
  ...each("yarn yarnpkg", [
    ["package.json", /"packageManager"\s*:/],
    [".yarnrc.yml", /yarnPath|plugins/],
    [".yarnrc", /yarn-path/],
  ]),
  ...Object.fromEntries(
    Object.entries(LOCAL).map(([name, file]) => [name, [[`node_modules/${file}`], [`node_modules/.bin/${name}`]]]),
  ),
};

/**
 * Whether a program would run, or do, something that a file of the project says, whatever it is asked. Looks from the
 * folder up to the top of the workspace.
 */
export function isLaunched([name = "", asked = ""]: readonly string[], { cwd, folders }: Place): boolean {
  if (/^python3?$/.test(name) && asked === "-m" && hasModules(cwd)) return true;
  const files = [name, `${name} ${asked}`].flatMap((key) => (Object.hasOwn(LAUNCHED, key) ? LAUNCHED[key]! : []));
  const root = folders.find((dir) => isWithin(dir, cwd));
  for (let dir = cwd; files.length > 0; dir = dirname(dir)) {
    if (files.some(([file, words]) => holds(join(dir, file), words))) return true;
    if (root === undefined || dir === root || dir === dirname(dir)) return false;
  }
  return false;
}

const MOST_ENTRIES = 2_000;
const MODULE = /\.(?:py[cdow]?|so)$/i;

/** Whether there are modules of the folder's own, which Python would take for those that it has. */
function hasModules(folder: string): boolean {
  try {
    const names = readdirSync(folder);
    const isModule = (name: string): boolean =>
      MODULE.test(name) || (/^\w+$/.test(name) && namesIn(join(folder, name)).some((one) => /^__init__\./i.test(one)));
    return names.length > MOST_ENTRIES || names.some(isModule);
  } catch {
    return true;
  }
}

function namesIn(folder: string): readonly string[] {
  return isFolder(folder) ? readdirSync(folder) : [];
}

function holds(path: string, words: RegExp | undefined): boolean {
  if (!existsSync(path)) return false;
  try {
    if (words === undefined) return true;
    const stat = statSync(path);
    return !stat.isFile() || stat.size > MOST || words.test(readFileSync(path, "utf8"));
  } catch {
    return true;
  }
}
