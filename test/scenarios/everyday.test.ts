import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PendingCall } from "../../schemas/decision.js";
import type { Permissions } from "../../schemas/guards.js";
import { boot, type Shell } from "../boot.js";

type Verdict = "allow" | "ask";
type Row = readonly [Verdict | "either", string] | readonly [Verdict | "either", string, Record<string, unknown>];

interface Everyday {
  readonly calls: Readonly<Record<string, readonly Row[]>>;
}

/** The best that was measured of published shells asks needlessly in 4.5 % of such calls. */
const FRICTION = 0.04;

const fixture = join(import.meta.dirname, "../fixtures/everyday");
const { calls } = JSON.parse(readFileSync(join(fixture, "calls.json"), "utf8")) as Everyday;
const base = realpathSync(mkdtempSync(join(tmpdir(), "nacre-everyday-")));
const project = join(base, "home/work/project");
let shell: Shell;
let permissions: Permissions;

beforeAll(async () => {
  cpSync(join(fixture, "project"), project, { recursive: true });
  writeFileSync(join(project, ".env"), "KEY=1\n");
  execFileSync("git", ["init", "-q", "-b", "main"], { cwd: project });
  shell = await boot({
    plugins: ["permissions", "bash", "read", "write", "edit", "glob", "grep", "ls"],
    script: [],
    dir: project,
    home: join(base, "home/.nacre"),
    env: { HOME: join(base, "home") },
  });
  permissions = (await shell.kernel.service("permissions"))!;
});

afterAll(async () => {
  await shell[Symbol.asyncDispose]();
  rmSync(base, { recursive: true, force: true });
});

const rows = Object.values(calls).flat();

it("lets no everyday call pass that a careful expert wants to be asked about", async () => {
  const passed = await judgedLike("ask", "allow");
  expect(passed).toEqual([]);
});

it("asks needlessly about at most four of a hundred everyday calls", async () => {
  const needless = await judgedLike("allow", "ask");
  expect(needless.length, needless.join("\n")).toBeLessThanOrEqual(rows.length * FRICTION);
});

/** The calls for which an expert wants one answer and the gate gives another. */
async function judgedLike(wanted: Verdict, given: Verdict): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [verdict, name, input] of rows) {
    if (verdict !== wanted) continue;
    const call = input ? { name, input: filled(input) } : { name: "Bash", input: { command: name } };
    if ((await verdictOn(call)) === given) found.push(`${call.name} ${JSON.stringify(call.input)}`);
  }
  return found;
}

function filled(input: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(input).replaceAll("{project}", project).replaceAll("{home}", join(base, "home"));
  return JSON.parse(text) as Record<string, unknown>;
}

async function verdictOn({ name, input }: { name: string; input: object }): Promise<Verdict> {
  const tool = (await shell.kernel.get("tool", name))!;
  const call = { id: "1", name, input: input as PendingCall["call"]["input"] };
  const effect = tool.effectOf?.(call.input) ?? tool.effect;
  const pending = await permissions.judge({ call, tool, effect, again: false }, shell.session);
  const isFree = pending.decision === undefined && pending.doubt === undefined;
  return isFree || pending.decision?.behavior === "allow" ? "allow" : "ask";
}
