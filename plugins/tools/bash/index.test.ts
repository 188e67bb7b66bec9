import { describe, expect, it } from "vitest";
import { boot, call, say } from "../../../test/boot.js";
import { run, texts } from "./testing.js";

describe("Bash results", () => {
  it.each([
    ["what was written", "echo hello", "hello", false],
    ["both streams", "echo out; echo err >&2", "out\nerr", false],
    ["that there was nothing", "true", "(no output)", false],
    ["the exit code first", "echo bad; exit 3", "Exit code 3\nbad", true],
    ["the signal that ended it", "kill -KILL $$", "Exit code 137 (SIGKILL)", true],
    ["an answer of grep as no failure", "echo a | grep b", "(no output, exit code 1)", false],
    [
      "the failure of a program that is not there",
      "nosuchprogram",
      "Exit code 127\nbash: line 1: nosuchprogram: command not found",
      true,
    ],
    [
      "a syntax error without our own words",
      "fi",
      "Exit code 2\nbash: eval: line 1: syntax error near unexpected token `fi'\nbash: eval: line 1: `fi'",
      true,
    ],
    ["a here-document", "cat <<'EOF'\n$HOME `x`\nEOF", "$HOME `x`", false],
    ["no arguments and no input", 'echo "$#[$1]"; cat', "0[]", false],
    ["a trace without our own lines", "set -x; true", "++ true", false],
    ["what went to the streams by name", "echo a >/dev/stdout; echo b | tee /dev/stderr >/dev/null", "a\nb", false],
    ["blank lines and carriage returns as they are", "printf 'a\\r\\n\\n  b\\n\\n'", "a\r\n\n  b\n", false],
    ["control characters as data", "printf '\\033[31mred\\a'", "\u001b[31mred\u0007", false],
    ["NUL and broken UTF-8 as replacement characters", "printf 'a\\0b\\xff\\xc3'", "a\uFFFDb\uFFFD\uFFFD", false],
  ])("tell %s", async (_what, command, content, isError) => {
    await using shell = await run(command);
    expect(shell.result(0)).toMatchObject({ content, isError });
  });

  it("give programs the streams apart, the exit code and whether it was interrupted", async () => {
    await using shell = await run("echo out; echo err >&2; exit 4");
    expect(shell.result(0).details).toEqual({
      stdout: "out\n",
      stderr: "err\n",
      interrupted: false,
      isImage: false,
      exitCode: 4,
    });
  });

  it("join a character that was cut between two pieces of output", async () => {
    await using shell = await run("printf '\\xe2\\x82'; sleep 0.1; printf '\\xac'");
    expect(shell.result(0).content).toBe("€");
  });

  it("refuse a command that the system cannot take, saying what to do", async () => {
    await using shell = await run(`: ${"x".repeat(130_000)}`);
    expect(shell.result(0)).toMatchObject({
      isError: true,
      content: expect.stringMatching(/130002 bytes.*script file/),
    });
  });
});

describe("The working folder", () => {
  it("carries over to the next command, also after exit and with a trap of the command's own", async () => {
    const files = { "a/b/c/file": "" };
    const answers = await texts(
      ["cd a; exit 3", "pwd", "trap 'echo bye' EXIT; cd b", "pwd", "set -e; cd c; false", "pwd", "(cd /)", "pwd"],
      { files },
    );
    expect(answers.map((text) => text.split("/").at(-1))).toEqual([
      "Exit code 3",
      "a",
      "bye",
      "b",
      "Exit code 1",
      "c",
      "(no output)",
      "c",
    ]);
  });

  it("is the root again after a command that left the workspace", async () => {
    await using shell = await boot({
      plugins: ["bash"],
      files: { "sub/x": "" },
      script: [
        call("Bash", { command: "cd sub" }),
        call("Bash", { command: "cd /; echo hi" }),
        call("Bash", { command: "pwd" }),
        say("done"),
      ],
    });
    await shell.send("go");
    expect(shell.result(1).content).toBe(`hi\nShell cwd was reset to ${shell.dir}`);
    expect(shell.result(2).content).toBe(shell.dir);
  });

  it.each([
    ["through its parents", "$PWD/../.."],
    ["through a link", "$PWD/link"],
    ["to what is not there", "$PWD/none"],
    ["to a file", "$PWD/file"],
  ])("is not led out by a command that tells another folder, %s (advisories 31, 48)", async (_, folder) => {
    const tell = `touch file; ln -s / link; printf '%s\\n\\0' "${folder}" >&19; kill -9 $$`;
    await using shell = await run(tell);
    expect(shell.session.cwd).toBe(shell.dir);
    expect(shell.result(0).content).toContain(`Shell cwd was reset to ${shell.dir}`);
  });

  it("does not count a sibling whose name begins alike as inside", async () => {
    await using shell = await run('mkdir "../work-other"; cd ../work-other');
    expect(shell.result(0).content).toBe(`Shell cwd was reset to ${shell.dir}`);
  });

  it("may have a line break in its name", async () => {
    expect((await texts(["mkdir $'x\\ny'; cd x*", 'basename "$PWD"']))[1]).toBe("x\ny");
  });

  it("is the root when the folder is gone", async () => {
    const answers = await texts(["mkdir gone; cd gone", 'rmdir "$PWD"', "basename $PWD"]);
    expect(answers[2]).toBe("work");
  });

  it("is all that carries over", async () => {
    expect(
      await texts(["X=1; export Y=2; f() { echo f; }; alias g=ls", 'echo "[$X$Y]"; type f g 2>&1 | wc -l']),
    ).toEqual(["(no output)", "[]\n2"]);
  });
});

describe("The environment of a command", () => {
  it("holds what programs need and who runs them, but no key and no start file", async () => {
    const env = {
      PATH: process.env["PATH"],
      HOME: "/somewhere",
      LANG: "C.UTF-8",
      ANTHROPIC_API_KEY: "sk-1",
      MY_TOKEN: "t",
      UNKNOWN: "u",
      BASH_ENV: "/tmp/evil",
      ENV: "/tmp/evil",
      NACRE_HOME: "/x",
    };
    await using shell = await run("env | sort", {}, { env });
    const lines = String(shell.result(0).content).split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "HOME=/somewhere",
        "LANG=C.UTF-8",
        "CLAUDECODE=1",
        "NACRE=1",
        `NACRE_SESSION_ID=${shell.session.id}`,
      ]),
    );
    expect(lines.join("\n")).not.toMatch(/sk-1|MY_TOKEN|UNKNOWN|BASH_ENV|^ENV=|NACRE_HOME/m);
  });

  it("takes more names from the user's settings, secrets excepted", async () => {
    const env = { PATH: process.env["PATH"], DATABASE_HOST: "db", DATABASE_PASSWORD: "pw" };
    const settings = { "tools.pass_env": ["DATABASE_*"] };
    await using shell = await run('echo "[$DATABASE_HOST$DATABASE_PASSWORD]"', {}, { env, settings });
    expect(shell.result(0).content).toBe("[db]");
  });
});
