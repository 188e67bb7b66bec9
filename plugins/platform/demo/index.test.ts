import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PROGRAM = resolve(import.meta.dirname, "../../../dist/nacre.js");
const base = mkdtempSync(join(tmpdir(), "nacre-demo-test-"));
const home = join(base, "home");

interface Ran {
  readonly code: number;
  readonly text: string;
}

/** `nacre demo` as a stranger runs it: no home, no key, nothing of this environment but what is named. */
function demo(name: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  const TMPDIR = join(base, name);
  mkdirSync(TMPDIR);
  return new Promise((done) => {
    execFile(process.execPath, [PROGRAM, "demo"], { env: { HOME: home, TMPDIR, ...env } }, (error, out, err) =>
      done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, text: out + err }),
    );
  });
}

beforeAll(() => mkdirSync(home));
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe.each([
  ["with git and the like on the path", { PATH: process.env["PATH"] ?? "" }],
  ["with an empty path, inside another test run", { PATH: "/nowhere", NODE_TEST_CONTEXT: "child" }],
])("nacre demo %s", (name, env) => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await demo(name.slice(0, 8), { NACRE_HOME: join(home, "nacre"), ...env });
  }, 60_000);

  it("mends the project and exits 0", () => {
    expect(ran.text).toMatch(/^yes: +the tests are green$/m);
    expect(ran.code).toBe(0);
  });

  it("shows the failing test before and the passing tests after", () => {
    expect(ran.text).toMatch(/Bash failed[\s\S]*Bash is done[\s\S]*fail 0/);
  });

  it("has the dangerous command stopped by the gate", () => {
    expect(ran.text).toMatch(/gate: +asks before Bash rm -rf \.\.\/holiday-photos: \S/);
    expect(ran.text).toMatch(/gate: +stopped Bash/);
    expect(ran.text).toMatch(/^yes: +the dangerous command was stopped/m);
  });

  it("has an edit changed by the hook, and what was written is the changed one", () => {
    expect(ran.text).toMatch(/hook: +changed this call: test\/basket\.test\.js/);
    expect(ran.text).toContain("+// SPDX-License-Identifier: MIT");
  });

  it("shows the diff and what was used", () => {
    expect(ran.text).toMatch(/^-.*sum \+ line\.price, 0/m);
    expect(ran.text).toMatch(/^\+.*sum \+ line\.price \* line\.quantity, 0/m);
    expect(ran.text).toMatch(/^scripted +7 +\d+ +\d+ +\$0\.0000$/m);
    expect(ran.text).toMatch(/^Bash +bash +3 +\d+$/m);
  });

  it("leaves nothing in the user's home", () => {
    expect(readdirSync(home)).toEqual([]);
  });

  it("writes no control characters", () => {
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    expect(ran.text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f]/);
  });
});

it("nacre demo says in one sentence that there is no room for its project", async () => {
  const { code, text } = await demo("gone", { PATH: "", NACRE_HOME: home, TMPDIR: join(base, "no-such") });
  expect(code).toBe(1);
  expect(text).toMatch(/^Error: The demo cannot write its sample project below \S+: .*TMPDIR\.\n$/);
});
