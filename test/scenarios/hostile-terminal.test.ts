import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PROGRAM = process.env["NACRE_PROGRAM"] ?? resolve("dist/nacre.js");
const hasScript = spawnSync("script", ["--version"]).status === 0;

/** One of everything that could steer a terminal or hide in it. File names cannot hold lone surrogates. */
const EVIL = "e\u001b]0;owned\u0007\u001b]52;c;ZXZpbA==\u0007\u001b[2J\u009b31m\r\b\u007f\u202e\u200b\u{e0041}x";
/** What a terminal may be sent in answer to all of it: lines of visible text. */
const STEERS =
  /[^\n\t\P{Cc}]|[\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]|\p{Surrogate}/u;
/** Colours are our own. */
const colourless = (text: string): string => text.replaceAll(new RegExp(`${"\x1b"}\\[[\\d;]*m`, "g"), "");
const yaml = (text: string): string => JSON.stringify(text);

let base = "";
const at = (path: string): string => join(base, path);

function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

type Step = readonly [waitsFor: string, keys: string];

/** What a real terminal gets from the program, line ends of terminals taken back. Keys are typed when a text was shown. */
function shown(args: readonly string[], steps: readonly Step[] = []): Promise<string> {
  const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
  const command = [process.execPath, PROGRAM, ...args].map(quoted).join(" ");
  const own = { HOME: at("home"), NACRE_HOME: at("home/.nacre"), TERM: "xterm", LANG: "C.UTF-8" };
  return new Promise((done, fail) => {
    const child = spawn("script", ["-qec", `stty rows 60 cols 200; ${command}`, "/dev/null"], {
      cwd: at(`work ${EVIL}`),
      env: { PATH: process.env["PATH"], ...own },
    });
    const left = [...steps];
    let [text, seen] = ["", 0];
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      for (let at = 0; left[0] && (at = text.indexOf(left[0][0], seen)) >= 0;) {
        seen = at + left[0][0].length;
        const [, keys] = left.shift()!;
        setTimeout(() => child.stdin.write(keys), 150); // What is typed before a question counts for nothing.
      }
    });
    const timer = setTimeout(() => fail(new Error(`"${left[0]?.[0]}" was not shown, but:\n${text}`)), 100_000);
    child.on("close", () => clearTimeout(timer));
    child.on("error", fail).on("close", () => done(text.replaceAll("\r\n", "\n")));
    child.stdin.on("error", () => undefined);
    if (steps.length === 0) child.stdin.end();
  });
}

const SCRIPT = [
  { call: { name: `No${EVIL}`, input: {} } },
  { call: { name: "LS", input: { path: "." } } },
  { call: { name: "Glob", input: { pattern: "**/*" } } },
  { call: { name: "Grep", input: { pattern: "needle", output_mode: "content" } } },
  { call: { name: "Read", input: { file_path: `gone ${EVIL}` } } },
  { call: { name: "Read", input: { file_path: "evil.txt" } } },
  { call: { name: "Bash", input: { command: "cat evil.txt; cat evil.txt >&2; exit 3" } } },
  { text: `Done ${EVIL}` },
];
const TALK = [
  { text: `Model says ${EVIL}` },
  { call: { name: "Bash", input: { command: `printf '${EVIL}' > out; cat out` } } },
  { text: "Over." },
];
const ESCAPED = "e\\x1b]0;owned\\x07\\x1b]52;c;ZXZpbA==\\x07\\x1b[2J\\x9b31m\\r\\x08\\x7f\\u202e\\u200b\\u{e0041}x";

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-evil-")));
  const work = `work ${EVIL}`;
  write(`${work}/evil.txt`, `needle ${EVIL}\n${"long ".repeat(5_000)}\n`);
  write(`${work}/${EVIL}.txt`, `needle ${EVIL}\n`);
  symlinkSync(EVIL, at(`${work}/link ${EVIL}`));
  write(`${work}/CLAUDE.md`, `# Rules ${EVIL}\n@./gone ${EVIL}\nNever use \`${EVIL}\`.\n`);
  write(`${work}/.nacre/settings.json`, JSON.stringify({ [EVIL]: EVIL, theme: EVIL, permissions: { allow: [EVIL] } }));
  write("home/.nacre/config.toml", `[permissions]\nallow = [${yaml(`Bash(${EVIL})`).replaceAll("\x7f", "\\u007f")}]\n`);
  write(`home/.claude/skills/one/SKILL.md`, `---\nname: ${yaml(EVIL)}\ndescription: ${yaml(EVIL)}\n---\n${EVIL}\n`);
  write(`home/.claude/commands/${EVIL}.md`, `---\ndescription: ${yaml(EVIL)}\n---\n${EVIL}\n`);
  write(`home/.claude/agents/x.md`, `---\nname: ${yaml(EVIL)}\ndescription: ${yaml(EVIL)}\n---\n${EVIL}\n`);
  write(`home/.claude/broken/x.md`, `---\n${EVIL}\n`);
  const hooks = { PreToolUse: [{ matcher: EVIL, hooks: [{ type: "command", command: `true ${EVIL}` }] }] };
  write("home/.claude/settings.json", JSON.stringify({ hooks, env: { [EVIL]: EVIL } }));
  write("home/.nacre/aliases.nalias", `alias ${EVIL} = LS()\nalias x = "${EVIL}"\n`);
  const manifest = { name: EVIL, version: EVIL, description: EVIL, author: { name: EVIL } };
  write("plug/.claude-plugin/plugin.json", JSON.stringify(manifest));
  write("plug/skills/s/SKILL.md", `---\nname: ${yaml(EVIL)}\ndescription: ${yaml(EVIL)}\n${EVIL}: x\n---\nx\n`);
  write("plug/hooks/hooks.json", JSON.stringify({ hooks: { [EVIL]: [], ...hooks } }));
  write(
    "code/plugin.json",
    JSON.stringify({ name: "thrower", version: "1.0.0", extensions: { "dev.nacre": { main: "index.mjs" } } }),
  );
  write("code/index.mjs", `export default () => { throw new Error(${JSON.stringify(EVIL)}); };\n`);
  write("script.json", JSON.stringify(SCRIPT));
  write("talk.json", JSON.stringify(TALK));
  write("broken.json", `{ "a": ${EVIL} }`);
});
afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 10 }));

const scripted = (script: string): string[] => [
  "--provider",
  "scripted",
  "--script",
  at(script),
  "--model",
  `m ${EVIL}`,
];

describe.skipIf(!hasScript)("Whatever strangers write, the terminal gets lines of visible text", () => {
  it.concurrent.each<[string, () => string[]]>([
    ["an unknown flag", () => [`--${EVIL}`]],
    ["an unknown value", () => ["--permission-mode", EVIL, "-p", "x"]],
    ["a folder that is not there", () => ["--cwd", EVIL, "-p", "x"]],
    ["settings on the command line", () => ["--settings", `{"${EVIL}": `, "-p", "x"]],
    ["a broken settings file", () => ["--settings", at("broken.json"), "-p", "x"]],
    ["an unknown model provider", () => ["--provider", EVIL, "-p", "x"]],
    ["a script that is not there", () => ["--provider", "scripted", "--script", EVIL, "-p", "x"]],
    ["a resumed session that is not there", () => ["--resume", EVIL, "-p", "x"]],
    ["a subcommand's unknown word", () => ["plugin", EVIL]],
    ["help on nothing", () => ["help", EVIL]],
    ["help", () => ["--plugin-dir", at("plug"), "--help"]],
    ["doctor", () => ["--plugin-dir", at("plug"), "--plugin-dir", at("code"), "doctor"]],
    ["config list", () => ["config", "list"]],
    ["config explain", () => ["config", "explain", "permissions.allow"]],
    ["config explain of nothing", () => ["config", "explain", EVIL]],
    ["config get", () => ["config", "get", "permissions.allow"]],
    ["config set", () => ["config", "set", EVIL, EVIL]],
    ["plugin list", () => ["--plugin-dir", at("plug"), "plugin", "list", "--all"]],
    ["plugin inspect", () => ["plugin", "inspect", at("plug")]],
    ["plugin validate", () => ["plugin", "validate", at("plug")]],
    ["plugin install", () => ["plugin", "install", at("plug")]],
    ["plugin install of nothing", () => ["plugin", "install", EVIL]],
    ["skill list", () => ["--plugin-dir", at("plug"), "skill", "list"]],
    ["alias list", () => ["alias", "list"]],
    ["alias check", () => ["alias", "check"]],
    ["hook list", () => ["hook", "list"]],
    ["hook run", () => ["hook", "run", "PreToolUse", "--tool", EVIL]],
    ["guidelines list", () => ["guidelines", "list"]],
    ["guidelines check", () => ["guidelines", "check"]],
    ["permissions", () => ["permissions", "list"]],
    ["permissions check", () => ["permissions", "check", `Bash(${EVIL})`]],
    ["why", () => ["why", EVIL]],
  ])(
    "%s",
    async (_, args) => {
      const text = await shown(args());
      expect(text.length).toBeGreaterThan(0);
      expect(colourless(text)).not.toMatch(STEERS);
    },
    120_000,
  );

  it("a run with calls, results, errors and notices, and the reports on it afterwards (advisory 37)", async () => {
    const plugins = ["--plugin-dir", at("plug"), "--plugin-dir", at("code")];
    const flags = ["-p", `go ${EVIL}`, ...scripted("script.json"), ...plugins, "--allowed-tools", "Bash"];
    const runs: readonly string[][] = [
      ["--verbose", "--name", EVIL],
      ["--output-format", "json"],
      ["--output-format", "stream-json", "--verbose"],
    ];
    const told = await Promise.all(runs.map((more) => shown([...flags, ...more])));
    expect(told[0]).toContain(`Done ${ESCAPED}`);
    const reports: readonly string[][] = [
      ["sessions"],
      ["sessions", "list"],
      ["sessions", "show"],
      ["why"],
      ["hook", "log"],
    ];
    const later = await Promise.all(reports.map((words) => shown(words)));
    for (const text of [...told, ...later]) expect(colourless(text)).not.toMatch(STEERS);
  }, 120_000);

  it("a conversation: what the model, tools and commands say, and what is asked (advisory 38)", async () => {
    const prompt = "> \u001b[3G";
    const text = await shown(scripted("talk.json"), [
      ["y = yes", "y"],
      [prompt, "go\r"],
      [prompt, "/help\r"],
      [prompt, "/nothing\r"],
      [prompt, "go on\r"],
      ["Allow it?", "y"],
      [prompt, "\u0004"],
    ]);
    expect(text).toContain(`Model says ${ESCAPED}`);
    expect(text).toContain("printf 'e\\x1b]0;owned\\x07");
    // The line editor moves the cursor itself; none of this is anything it does.
    for (const steer of [
      "\x1b]",
      "\x1bP",
      "\x1b_",
      "\x1b^",
      "\x1b[2J",
      "\x07",
      "\x9b",
      "\u202e",
      "\u200b",
      "\u{e0041}",
    ]) {
      expect(text).not.toContain(steer);
    }
  }, 120_000);
});
