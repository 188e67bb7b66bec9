import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gated, verdict } from "../testing.js";

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "nacre-launched-")));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function answer(command: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  await using shell = await gated({ dir });
  return await verdict(shell, "Bash", { command });
}

describe("a program that is asked what it is (advisory 8)", () => {
  it.each([
    ["rspec --version", { ".rspec": "<% system('touch x') %>" }],
    ["rubocop --version", { ".rubocop": "--require ./x" }],
    ["cucumber --version", { "cucumber.yml": "default: <%= 1 %>" }],
    ["jekyll --version", { Gemfile: "system('x')" }],
    ["flake8 --version", { "setup.cfg": "[flake8:local-plugins]\nextension = X = x:X\n" }],
    ["pylint --help", { ".pylintrc": "[MAIN]\ninit-hook='import x'\n" }],
    ["flask --help", { "app.py": "" }],
    ["python3 -m json.tool", { "json.py": "" }],
    ["python3 -m json.tool", { "argparse.pyc": "" }],
    ["python -m json.tool a.json", { "json/__init__.py": "", "a.json": "" }],
    ["tox --version", { "toxfile.py": "" }],
    ["py.test --version", { "conftest.py": "" }],
    ["mix --help", { "mix.exs": "" }],
    ["lein --version", { "project.clj": "" }],
    ["wp --version", { "wp-cli.yml": "require: x.php\n" }],
    ["hg --version", { ".hg/hgrc": "[extensions]\nx = ./x.py\n" }],
    ["rustup show", { "rust-toolchain.toml": '[toolchain]\npath = "./x"\n' }],
    ["rustfmt --version", { "rust-toolchain.toml": '[toolchain]\n"pa\\u0074h" = "./x"\n' }],
    ["jest --version", { "node_modules/jest/package.json": "{}" }],
    ["turbo --version", { "node_modules/.bin/turbo": "" }],
    ["ng --version", { "node_modules/@angular/cli/package.json": "{}" }],
    ["docker compose ps", { "compose.yaml": "include:\n  - https://x.test/a.git\n" }],
    ["docker compose ps", { ".env": "COMPOSE_FILE=x.yaml\n" }],
    ["uv pip list", { ".venv/bin/python": "" }],
    ["mocha --version", { ".mocharc.js": "" }],
    ["mocha --version", { "package.json": '{"mocha": {"node-option": ["require=./x.js"]}}' }],
    ["nyc --version", { "nyc.config.js": "" }],
    ["scons --help", { SConstruct: "" }],
    ["locust --help", { "locustfile.py": "" }],
    ["vagrant --help", { Vagrantfile: "" }],
    ["karma --version", { "node_modules/karma/package.json": "{}" }],
    ["node --version", { ".tool-versions": "nodejs path:./x\n" }],
    ["rg S", { ".gitignore": "*.log\n!.env\n", ".env": "S=1\n" }],
    ["rg S src", { "src/.ignore": "!.e*\n", "src/.env": "S=1\n" }],
  ] as const)("is not run without a question where the project makes it run something: %s", async (command, files) => {
    expect(await answer(command)).toBe("allow");
    expect(await answer(command, files)).toBe("ask");
  });

  it.each([
    ["rspec --version", { ".rspec": "--color\n" }],
    ["flask --version", { "app.py": "" }],
    ["mix --version", { "mix.exs": "" }],
    ["uv --version", { ".venv/bin/python": "" }],
    ["docker ps", { "compose.yaml": "include:\n  - https://x.test/a.git\n" }],
    ["docker compose ps", { "compose.yaml": "services: {}\n" }],
    ["node --version", { ".tool-versions": "nodejs 20.19.0\n" }],
    ["rg S", { ".gitignore": ".env*\n!.env.example\n", ".env": "S=1\n", ".env.example": "S=\n" }],
    ["tsc --version", { "node_modules/.bin/tsc": "" }],
    ["cargo --version", { "rust-toolchain.toml": '[toolchain]\nchannel = "stable"\n' }],
  ] as const)("is run where it does not: %s", async (command, files) => {
    expect(await answer(command, files)).toBe("allow");
  });

  it("does not wait for a file of the project that never comes to its end", async () => {
    execFileSync("mkfifo", [".rspec"], { cwd: dir });
    expect(await answer("rspec --version")).toBe("ask");
    mkdirSync(join(dir, ".git"));
    execFileSync("mkfifo", [".git/config", ".git/index"], { cwd: dir });
    expect(await answer("git status")).toBe("ask");
  });
});
