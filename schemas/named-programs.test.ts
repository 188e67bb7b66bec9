import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { namedPrograms } from "./named-programs.js";

const root = realpathSync(mkdtempSync(join(tmpdir(), "nacre-programs-")));
const PLAIN = [
  "guard",
  "rules",
  "x.awk",
  "with blanks.sh",
  "notes.md",
  "state",
  "check.sh",
  "a.py",
  "seen.db",
  "y.conf",
];
mkdirSync(join(root, "tools"));
mkdirSync(join(root, ".claude"));
for (const name of ["Makefile", "js/check.js", "js/index.js", "py/a.py", "py/__main__.py"]) {
  mkdirSync(join(root, name, ".."), { recursive: true });
  writeFileSync(join(root, name), name);
}
for (const name of [...PLAIN, "run"]) writeFileSync(join(root, "tools", name), name);
chmodSync(join(root, "tools/run"), 0o755);
afterAll(() => rmSync(root, { recursive: true, force: true }));

function named(value: unknown): string {
  const programs = namedPrograms(root, join(root, ".claude/settings.json"), value);
  return programs.map((line) => line.replace(/ [0-9a-f]{64}$/, "").replace("tools/", "")).join(", ");
}

describe("The programs that a command names", () => {
  it.each([
    ["bash tools/guard", "guard"],
    ["bash -eu -o pipefail tools/guard tools/state", "guard"],
    ["sh -c 'cd tools && ./run'", "run"],
    ["cd tools; . ./guard", "guard"],
    ["source tools/y.conf && true", "y.conf"],
    ["make -f tools/rules all", "rules"],
    ["awk -f tools/x.awk tools/state", "x.awk"],
    ['"$PWD"/tools/run --fast', "run"],
    ["${CLAUDE_PROJECT_DIR:-.}/tools/run", "run"],
    ["bash ${GUARD:-tools/guard}", "guard"],
    ["bash tools/'guard'", "guard"],
    ["bash 'tools/with blanks.sh'", "with blanks.sh"],
    ["python3 tools/a.py tools/seen.db", "a.py"],
    ["tools/check.sh | tools/run", "check.sh, run"],
    ["bash <tools/guard", "guard"],
    ["node js/check", "js/check.js"],
    ["node ./js/", "js/index.js"],
    ["python3 -m py.a --x", "py/a.py"],
    ["python -m py", "py/__main__.py"],
    ["make check", "Makefile"],
    ["env A=1 ../project/x bash tools/guard", "guard"],
  ])("%s: %s", (command, expected) => {
    expect(named({ type: "command", command })).toBe(expected);
  });

  it.each([
    "cat tools/notes.md tools/state",
    "date >> tools/state",
    "echo x >tools/guard",
    "bash -c 'wc tools/notes.md'",
  ])("are none in %s", (command) => {
    expect(named({ type: "command", command })).toBe("");
  });

  it("stand in lists of arguments as well", () => {
    expect(named({ command: "bash", args: ["-e", "tools/guard"] })).toBe("guard");
    expect(named(["--import=./tools/check.sh", "tools/a.py"])).toBe("a.py, check.sh");
  });

  it("are looked for where the command is written, and never outside of the project", () => {
    writeFileSync(join(root, ".claude/own.sh"), "");
    expect(named("bash own.sh; bash ../../etc/hostname; /etc/hostname")).toBe(".claude/own.sh");
  });
});
