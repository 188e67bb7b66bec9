import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAM } from "../../plugins/fronts/program.js";

const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-homes-")));
const at = (path: string): string => join(base, path);
mkdirSync(at("work"));
beforeAll(() => {
  const long = { name: "Bash", input: { command: "head -c 20000 /dev/zero | tr '\\0' x" } };
  writeFileSync(
    at("long.json"),
    JSON.stringify([...Array.from({ length: 12 }, () => ({ calls: [long] })), { text: "done" }]),
  );
  writeFileSync(at("sleep.sh"), "trap '' TERM\necho $$ > pid\nsleep 60\nsleep 60\n");
  writeFileSync(at("done.json"), JSON.stringify([{ text: "done", repeat: true }]));
  writeFileSync(
    at("sleep.json"),
    JSON.stringify([{ calls: [{ name: "Bash", input: { command: `sh ${at("sleep.sh")}` } }] }]),
  );
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const TIMEOUT = 60_000;
const flags = (script: string): string[] => [
  "--provider",
  "scripted",
  "--script",
  at(script),
  "--permission-mode",
  "bypassPermissions",
];
const env = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: base,
  NACRE_HOME: home,
  IS_SANDBOX: "1",
});

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A shell script with nacre as `$NACRE`, in a name space of mounts of its own where `mounts` is set. */
function shell(script: string, home: string, mounts = false): Ran {
  const nacre = `${process.execPath} ${PROGRAM}`;
  const words = mounts
    ? ["unshare", process.getuid?.() === 0 ? "-m" : "-Urm", "sh", "-c", script]
    : ["sh", "-c", script];
  const [file = "", ...args] = words;
  const ended = spawnSync(file, args, {
    cwd: at("work"),
    env: { ...env(home), NACRE: nacre, DIR: home },
    encoding: "utf8",
  });
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

const canMount = shell("mount -t tmpfs none /mnt", at("none"), true).code === 0;
const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(" ");

describe("A home", () => {
  it(
    "that is not there is made, for its owner alone",
    () => {
      const home = at("new/er/home");
      expect(
        shell(`$NACRE -p hi ${quoted(flags("done.json"))}; stat -c %a "$DIR" "$DIR/projects"`, home),
      ).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^done\n7\d\d\n700\n$/),
      });
    },
    TIMEOUT,
  );

  it(
    "that is a file costs the transcript and nothing else, and is said once",
    () => {
      writeFileSync(at("file"), "x");
      const { code, stdout, stderr } = shell(`$NACRE -p hi ${quoted(flags("done.json"))}`, at("file"));
      expect([code, stdout]).toEqual([0, "done\n"]);
      expect(stderr.match(/goes on without being saved/g)).toHaveLength(1);
      expect(readFileSync(at("file"), "utf8")).toBe("x");
    },
    TIMEOUT,
  );

  it.runIf(canMount)(
    "that is read-only costs the transcript and nothing else, and settings say why they stay",
    () => {
      mkdirSync(at("ro"));
      const script = `mount -t tmpfs -o ro none "$DIR"; $NACRE -p hi ${quoted(flags("done.json"))}; $NACRE config set tools.bash_timeout_secs 9`;
      const { code, stdout, stderr } = shell(script, at("ro"), true);
      expect([code, stdout]).toEqual([1, "done\n"]);
      expect(stderr).toMatch(/goes on without being saved to .*: the file system is read-only\./);
      expect(stderr).toMatch(/config\.toml could not be changed: .*read-only/);
      expect(stderr.trim().split("\n")).toHaveLength(2);
    },
    TIMEOUT,
  );

  it.runIf(canMount)(
    "that gets full is told of once; the session goes on, and whoever takes it up hears what is missing",
    () => {
      mkdirSync(at("full"));
      const script = `
      mount -t tmpfs -o size=160k none "$DIR"
      $NACRE -p hi ${quoted(flags("long.json"))} || exit 9
      mount -o remount,size=10m "$DIR"
      $NACRE -p "go on" --continue ${quoted(flags("done.json"))}`;
      const { code, stdout, stderr } = shell(script, at("full"), true);
      expect([code, stdout]).toEqual([0, "done\ndone\n"]);
      expect(stderr.match(/goes on without being saved to .*: the disk is full\./g)).toHaveLength(1);
      expect(stderr).toMatch(/Saving had failed in this session; what was said and done from then on is missing in /);
    },
    TIMEOUT,
  );
});

describe("A folder to work in", () => {
  it.each([
    [
      "was removed",
      "mkdir gone; cd gone; rmdir ../gone; $NACRE",
      "The current folder is gone: go to another, or name one with --cwd.",
    ],
    [
      "is a file",
      'touch file; $NACRE --cwd "$PWD/file"',
      `The folder ${at("work/file")} does not exist or cannot be entered.`,
    ],
    ["is not there", "$NACRE --cwd /nonexistent", "The folder /nonexistent does not exist or cannot be entered."],
  ])(
    "that %s is told of in one sentence, as wrong usage",
    (_what, script, said) => {
      const { code, stdout, stderr } = shell(`${script} -p hi ${quoted(flags("done.json"))}`, at("home"));
      expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: `Error: ${said}\n` });
    },
    TIMEOUT,
  );
});

it(
  "leaves nothing in the folder for temporary files, and nothing that others may read in its home (advisory 25)",
  () => {
    for (const folder of ["tmp", "private"]) mkdirSync(at(folder));
    const script = `umask 022; TMPDIR=${at("tmp")} $NACRE -p hi ${quoted(flags("long.json"))}; find "$DIR" -mindepth 1 -perm /077; ls -A ${at("tmp")}`;
    expect(shell(script, at("private"))).toMatchObject({ code: 0, stdout: "done\n" });
  },
  TIMEOUT,
);

it("tells a wrong use in one sentence also where more is asked to be shown", () => {
  const { code, stderr } = shell("$NACRE -p hi --verbose --cwd /nonexistent", at("home"));
  expect([code, stderr]).toEqual([2, "Error: The folder /nonexistent does not exist or cannot be entered.\n"]);
});

describe("Standard input and output", () => {
  it("that lead nowhere, so that nothing is left to wait for, are told of and no success", () => {
    const never = "new (require('node:stream').Readable)({ read() {} })";
    writeFileSync(at("never.cjs"), `Object.defineProperty(process, "stdin", { value: ${never} });\n`);
    const { code, stdout, stderr } = shell(`NODE_OPTIONS="--require ${at("never.cjs")}" $NACRE -p`, at("home"));
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^Error: nacre stopped before it was done, because what it waited for can never come\.$/m);
  });

  it(
    "that are closed are no reason to fail or to hang",
    () => {
      expect(shell(`$NACRE -p hi ${quoted(flags("done.json"))} <&-`, at("home"))).toEqual({
        code: 0,
        stdout: "done\n",
        stderr: "",
      });
      expect(shell(`$NACRE -p hi ${quoted(flags("done.json"))} <&- >&- 2>&-`, at("home")).stderr).toBe("");
    },
    TIMEOUT,
  );

  it(
    "that nobody reads any more end the run quietly",
    () => {
      const { stderr } = shell(
        `$NACRE -p hi --output-format stream-json --verbose ${quoted(flags("long.json"))} | head -c 10`,
        at("home"),
      );
      expect(stderr).toBe("");
    },
    TIMEOUT,
  );
});

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

/** A run whose command says its process number and then goes on for ever. */
async function asleep(): Promise<{ readonly child: ChildProcess; readonly pid: number }> {
  const work = mkdtempSync(at("run-"));
  const words = [PROGRAM, "-p", "hi", ...flags("sleep.json")];
  const child = spawn(process.execPath, words, { cwd: work, env: env(at("home")), stdio: "ignore" });
  const file = join(work, "pid");
  while (!textOf(file).endsWith("\n")) await new Promise((next) => setTimeout(next, 20));
  return { child, pid: Number(textOf(file)) };
}

describe("A terminal that is gone", () => {
  it.each([
    ["SIGHUP", 129],
    ["SIGTERM", 143],
  ] as const)(
    "(%s) ends the run within five seconds, with a command that does not listen",
    async (signal, code) => {
      const { child, pid } = await asleep();
      const ended = new Promise<number | null>((done) => void child.once("exit", done));
      const began = performance.now();
      child.kill(signal);
      expect(await ended).toBe(code);
      expect(performance.now() - began).toBeLessThan(5_000);
      expect(/^\d+ \(.*\) [^ZX]/.test(textOf(`/proc/${pid}/stat`))).toBe(false);
    },
    TIMEOUT,
  );
});

/** Addresses on which a process listens, as the system lists them. */
function listening(pid: number): string[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  const rows = ["tcp", "tcp6"].flatMap((name) => textOf(`/proc/${pid}/net/${name}`).trim().split("\n").slice(1));
  const fields = rows.map((row) => row.trim().split(/\s+/));
  return fields.flatMap(([, local = "", , state, , , , , , inode = ""]) =>
    state === "0A" && own.has(inode) ? [local] : [],
  );
}

it.runIf(process.platform === "linux")(
  "opens no port that listens (advisories 1, 36, 53, 64, 68)",
  async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    expect(listening(process.pid)).toHaveLength(1);
    server.close();
    const { child, pid } = await asleep();
    expect(pid).toBeGreaterThan(0);
    expect(listening(child.pid!)).toEqual([]);
    child.kill("SIGKILL");
  },
  TIMEOUT,
);
