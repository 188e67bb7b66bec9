import { mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bench, type Bench } from "../testing.js";

let b: Bench;
beforeEach(() => void (b = bench()));
afterEach(() => b[Symbol.dispose]());

const lines = (text: string): string[] => text.replaceAll(b.home, "HOME").replaceAll(b.dir, "DIR").split("\n");

describe("nacre config explain", () => {
  it("shows the value in force with file, line and column, and those it hides or holds back", async () => {
    b.write("~/config.toml", "# mine\n[tools]\nbash_timeout_secs = 60 # slow\n");
    b.write(".nacre/settings.json", '{\n  "tools": { "bash_timeout_secs": 10 }\n}\n');
    const { code, stdout } = await b.run("config explain tools.bash_timeout_secs", { NACRE_BASH_TIMEOUT: "45" });
    expect(code).toBe(0);
    expect(lines(stdout)).toEqual([
      "tools.bash_timeout_secs = 45",
      "  Seconds a shell command may run when the call does not say; at most 600",
      "",
      "In force   45  environment  NACRE_BASH_TIMEOUT",
      "Held back  10  project      DIR/.nacre/settings.json:2:14 (the folder is not trusted)",
      "Hidden     60  user         HOME/config.toml:3:1",
      "Default    30",
      "",
      "Type         number",
      "Environment  NACRE_BASH_TIMEOUT, set",
      "Flag         --bash-timeout SECONDS",
      "Projects     may set it once their folder is trusted",
      "Plugin       bash",
      "",
    ]);
  });

  it.each([
    ["config.yaml", "permissions:\n  deny:\n    - Read(.env)\n", ":2:3"],
    ["config.jsonc", '{ // mine\n  "permissions": {\n    "deny": ["Read(.env)"] } }', ":3:5"],
    ["config.toml", 'permissions.deny = ["Read(.env)"]\n', ":1:1"],
    ["config.toml", '[permissions]\n"deny" = ["Read(.env)"]\n', ":2:1"],
  ])("finds the line in %s, and says which lists were joined", async (file, text, place) => {
    b.write(`~/${file}`, text);
    b.write(".nacre.toml", '[permissions]\ndeny = ["Bash(rm *)"]\n');
    const { stdout } = await b.run("config explain permissions.deny --json");
    const { value, given } = JSON.parse(stdout) as { value: unknown; given: Record<string, unknown>[] };
    expect(value).toEqual(["Read(.env)", "Bash(rm *)"]);
    expect(
      given.map(
        (one) =>
          `${one["state"] as string} ${one["source"] as string}:${one["line"] as number}:${one["column"] as number}`,
      ),
    ).toEqual([`part of it ${b.dir}/.nacre.toml:2:1`, `part of it ${b.home}/${file}${place}`]);
  });

  it.each([
    ["api.modle", 'did you mean "api.model"?'],
    ["bash_timeout_secs", 'did you mean "tools.bash_timeout_secs"?'],
    ["quite.another.thing", "nacre config list --all names all there are."],
    ["api", "in it are api.provider, api.model, api.max_tokens"],
    ["api..model", "write it like tools.bash_timeout_secs"],
    ["__proto__.x", '"__proto__" is no setting'],
  ])("says of %s what it could be", async (key, sentence) => {
    const { code, stderr, stdout } = await b.run(`config explain ${key}`);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(sentence);
  });

  it("explains a key that is set but read by nobody", async () => {
    b.write("~/config.toml", 'old.thing = "x\\u001b[2J"\n');
    const { code, stdout } = await b.run("config explain old.thing");
    expect(code).toBe(0);
    expect(stdout).toContain("none: no plugin that is loaded reads this");
    expect(stdout).not.toContain("\u001b");
  });
});

describe("nacre config list and get", () => {
  it("lists what is set, with its source, and hides secrets", async () => {
    b.write(
      "~/config.toml",
      '[api]\nmodel = "m-1"\nmax_tokens = 5\n[mcp.env]\nFOO = "s3cret"\n[x]\napi_key = "s3cret"\n',
    );
    const { stdout } = await b.run("config list --model m-2");
    expect(lines(stdout)).toEqual([
      "KEY             VALUE               SOURCE",
      "api.max_tokens  5                   HOME/config.toml:3:1",
      'api.model       "m-2"               --model',
      'mcp.env.FOO     "(set, not shown)"  HOME/config.toml:5:1 (no plugin reads it)',
      'x.api_key       "(set, not shown)"  HOME/config.toml:7:1 (no plugin reads it)',
      "",
    ]);
  });

  it("lists every setting there is with --all, defaults included", async () => {
    const rows = JSON.parse((await b.run("config list --all --json")).stdout) as { key: string }[];
    expect(rows).toContainEqual(expect.objectContaining({ key: "api.max_tokens", value: 8192, source: "default" }));
    expect(rows.length).toBeGreaterThan(20);
    expect((await b.run("config list")).stdout).toMatch(/^Nothing is set/);
  });

  it("gets one value, text without quotes and tables as JSON", async () => {
    b.write("~/config.toml", '[api]\nmodel = "m-1"\n[usage.prices."gpt-5.4"]\ninput = 1.5\n');
    expect((await b.run("config get api.model")).stdout).toBe("m-1\n");
    expect((await b.run('config get usage.prices."gpt-5.4".input')).stdout).toBe("1.5\n");
    expect(JSON.parse((await b.run("config get api")).stdout)).toEqual({ model: "m-1", max_tokens: 8192 });
    expect(await b.run("config get api.provider")).toEqual({
      code: 1,
      stdout: "",
      stderr: '"api.provider" is not set.\n',
    });
  });
});

describe("nacre config set", () => {
  it("makes the user's file, for its owner's eyes, and says where the value is", async () => {
    const { code, stdout, stderr } = await b.run("config set tools.bash_timeout_secs 60");
    expect([code, stdout, stderr]).toEqual([0, `tools.bash_timeout_secs = 60 in ${b.home}/config.toml:2:1\n`, ""]);
    expect(readFileSync(join(b.home, "config.toml"), "utf8")).toBe("[tools]\nbash_timeout_secs = 60\n");
    expect(statSync(join(b.home, "config.toml")).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["project", ".nacre/settings.toml"],
    ["local", ".nacre/settings.local.toml"],
  ])("makes the %s file with --scope, and says that it waits for trust", async (scope, file) => {
    const { stderr } = await b.run(`config set api.model m-1 --scope ${scope}`);
    expect(readFileSync(join(b.dir, file), "utf8")).toBe('[api]\nmodel = "m-1"\n');
    expect(statSync(join(b.dir, file)).mode & 0o777).toBe(0o644);
    expect(stderr).toContain("api.model counts here once this folder is trusted: nacre trust");
  });

  it("changes the file that has the key, and keeps everything else in it", async () => {
    const file = b.write("~/config.yaml", "# mine\napi:\n  model: old # why\nx: 1\n");
    b.write("~/config.json", "{}");
    await b.run("config set api.model new");
    expect(readFileSync(file, "utf8")).toBe("# mine\napi:\n  model: new # why\nx: 1\n");
  });

  it("adds a new key to the strongest file there is", async () => {
    b.write("~/config.yaml", "x: 1\n");
    const file = b.write("~/config.jsonc", "{} // mine\n");
    await b.run("config set api.max_tokens 7");
    expect(JSON.parse(readFileSync(file, "utf8").replace("// mine", ""))).toEqual({ api: { max_tokens: 7 } });
  });

  it.each<[string, string, unknown]>([
    ["api.model", "4", "4"],
    ["api.model", "true", "true"],
    ["api.max_tokens", "4", 4],
    ["permissions.deny", '["a", "b"]', ["a", "b"]],
    ["tools.allowed", "Read,Bash", "Read,Bash"],
    ["usage.prices", '{"m.1": {"input": 1}}', { "m.1": { input: 1 } }],
    ["plugins.bash.enabled", "false", false],
    ["plugins.x.grants", '["read:workspace", "exec"]', ["read:workspace", "exec"]],
    ["nobody.knows", '"5"', "5"],
  ])("takes %s %s for what the setting wants", async (key, last, value) => {
    expect((await b.run(["config", "set", key, last])).code).toBe(0);
    expect(JSON.parse((await b.run(`config get ${key} --json`)).stdout)).toEqual(value);
  });

  it.each<[string, string, RegExp]>([
    ["api.max_tokens", "many", /"api.max_tokens" must be an integer, not "many"/],
    ["permissions.deny", "Read", /must be an array, written as JSON, such as \["a", "b"\], not "Read"/],
    ["permissions.deny", "[1]", /cannot be \[1\]/],
    ["anthropic.max_tries", "0", /"anthropic.max_tries" cannot be 0: 0 is less than/],
    ["anthropic.thinking", "hard", /must be "budget" or "adaptive", not "hard"/],
    ["plugins.bash.enabled", "maybe", /must be a boolean/],
    ["plugins.x.isolation", "proces", /must be "none" or "process", not "proces"/],
    ["plugins.x.grants", '["read:src"]', /cannot be \["read:src"\]/],
    ["api", "5", /"api" is a table of settings, not a value/],
    ["api", '{"max_tokens": "x"}', /"api.max_tokens" must be an integer/],
    ["api.model.name", "5", /"api.model" is a string and has nothing below it/],
    ["api.model", "null", /use nacre config unset api.model/],
  ])("refuses %s %s", async (key, last, sentence) => {
    const { code, stderr } = await b.run(["config", "set", key, last]);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
  });

  it("warns of a key that nobody reads, and writes it", async () => {
    expect((await b.run("config set api.modell x")).stderr).toContain('did you mean "api.model"?');
    expect(readFileSync(join(b.home, "config.toml"), "utf8")).toBe('[api]\nmodell = "x"\n');
  });

  it("knows what can be said of any plugin, and the flag of one that sleeps", async () => {
    expect(await b.run(["config", "set", "plugins.x.grants", '["exec"]'])).toMatchObject({ code: 0, stderr: "" });
    expect((await b.run("config explain plugins.x.grants")).stdout).toMatch(/What its process may do[^]*never set it/);
    expect((await b.run("config explain profile")).stdout).toContain("--profile NAME");
  });

  it("says when something stronger sets the same key", async () => {
    const { stderr } = await b.run("config set api.model x", { NACRE_MODEL: "y" });
    expect(stderr).toBe("NACRE_MODEL sets it too and is stronger.\n");
  });

  it("does not take for stronger what a project may only make stricter", async () => {
    b.write(".nacre/settings.toml", "[audit]\nenabled = false\n");
    expect(await b.run("config set audit.enabled true")).toMatchObject({ code: 0, stderr: "" });
    expect((await b.run("config get audit.enabled")).stdout).toBe("true\n");
    const { stdout } = await b.run("config explain audit.enabled");
    expect(stdout).toMatch(/^audit\.enabled = true\n/);
    expect(stdout).toContain("may set it to true, at once, and to nothing else");
    expect(stdout).toMatch(/Held back +false +project .*\(a project can only set this to true\)/);
  });

  it("never lets a project set what is the user's", async () => {
    const { code, stderr } = await b.run("config set anthropic.base_url http://x --scope project");
    expect(code).toBe(2);
    expect(stderr).toContain("can be set by the user only");
  });

  it("touches no file that does not parse", async () => {
    const file = b.write("~/config.toml", "[api\nmodel = 1\n");
    const { code, stderr } = await b.run("config set api.model x");
    expect(code).toBe(2);
    expect(stderr).toMatch(/config\.toml:1:5 is not valid \(.*mend it first/);
    expect(readFileSync(file, "utf8")).toBe("[api\nmodel = 1\n");
  });

  it("follows no link out of the project", async () => {
    const file = b.write("~/config.toml", "x = 1\n");
    mkdirSync(join(b.dir, ".nacre"));
    symlinkSync(file, join(b.dir, ".nacre/settings.toml"));
    const { code, stderr } = await b.run("config set api.model x --scope project");
    expect(code).toBe(2);
    expect(stderr).toContain("leads out of");
    expect(readFileSync(file, "utf8")).toBe("x = 1\n");
  });

  it("says in one sentence that the folder cannot be made", async () => {
    const file = b.write("a-file", "");
    const { code, stderr } = await b.run("config set api.model x", { NACRE_HOME: join(file, "home") });
    expect(code).toBe(1);
    expect(stderr).toMatch(/home\/config\.toml could not be changed: a part of its path is a file\./);
  });
});

describe("nacre config unset, path and the rest", () => {
  it("takes a key out of all files of the scope", async () => {
    const toml = b.write("~/config.toml", '[api]\nmodel = "a"\nmax_tokens = 1\n');
    const json = b.write("~/config.json", '{"api": {"model": "b"}}');
    const { stdout } = await b.run("config unset api.model");
    expect(lines(stdout)).toEqual([
      "api.model taken out of HOME/config.json",
      "api.model taken out of HOME/config.toml",
      "",
    ]);
    expect(readFileSync(toml, "utf8")).toBe("[api]\nmax_tokens = 1\n");
    expect(readFileSync(json, "utf8")).toBe('{"api": {}}');
  });

  it("says where a key is set that the scope does not have", async () => {
    const file = b.write(".nacre.toml", "api.model = 'x'\n");
    const { code, stderr } = await b.run("config unset api.model");
    expect([code, stderr]).toEqual([0, `"api.model" is not set in the user settings; it is set in ${file}.\n`]);
  });

  it("names the files there are, and those it would write", async () => {
    b.write(".nacre.toml", "");
    const { stdout } = await b.run("config path");
    expect(lines(stdout).map((line) => line.replace(/ {2,}/g, "  "))).toEqual([
      "user  HOME/config.toml  not there yet; set --scope user writes here",
      "project  DIR/.nacre.toml  set --scope project writes here",
      "local  DIR/.nacre/settings.local.toml  not there yet; set --scope local writes here",
      "",
    ]);
  });

  it.each<[string, RegExp]>([
    ["config", /Say what to do: nacre config explain, list, get, set, unset or path\./],
    ["config frobnicate", /does not know "frobnicate": nacre config explain,/],
    ["config constructor", /does not know "constructor"/],
    ["config set api.model", /Usage: nacre config set KEY VALUE/],
    ["config list now", /Usage: nacre config list$/],
  ])("%s is a usage error that says how", async (line, sentence) => {
    const { code, stderr } = await b.run(line);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
  });
});
