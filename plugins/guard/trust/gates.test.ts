import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { House } from "./testing.js";

let house: House;
beforeEach(() => void (house = new House()));
afterEach(() => house[Symbol.dispose]());

const done = { text: "done" };
const bash = (command: string): object => ({ call: { name: "Bash", input: { command } } });
const read = { call: { name: "Read", input: { file_path: "tools/check.sh" } } };
const gate = (command: string, matcher = "Bash"): object => ({
  hooks: { PreToolUse: [{ matcher, hooks: [{ type: "command", command }] }] },
});

/** Whether a command that is allowed runs, and what is said. */
async function run(...flags: readonly string[]): Promise<{ ran: boolean; stderr: string }> {
  const turns = [read, bash(house.canary("free")), done];
  const { stderr } = await house.ask(turns, "--allowed-tools", "Bash", ...flags);
  return { ran: house.sang("free"), stderr };
}

describe.each([".claude/settings.json", ".nacre/hooks/hooks.json"])(
  "Where %s of a trusted project has a hook that judges calls",
  (file) => {
    beforeEach(async () => {
      house.write("tools/check.sh", "exit 0\n");
      house.write(file, gate("bash tools/check.sh"));
      await house.nacre(["trust", "--yes"]);
    });

    it("calls pass while all is as it was", async () => {
      expect(await run()).toEqual({ ran: true, stderr: "" });
    });

    it.each([
      ["its script is another one", (): void => house.write("tools/check.sh", "exit 0 # other\n")],
      ["its command is another one", (): void => house.write(file, gate("true"))],
      ["it is meant for other calls", (): void => house.write(file, gate("bash tools/check.sh", "Nothing"))],
    ])("what it would have judged is not run when %s, until that is agreed to (advisory 73)", async (_what, change) => {
      change();
      const { ran, stderr } = await run();
      expect(ran).toBe(false);
      expect(stderr.match(/has changed since/g)?.length).toBeGreaterThanOrEqual(1);
      await house.nacre(["trust", "--yes"]);
      expect((await run()).ran).toBe(true);
    });

    it("a further one that nobody has agreed to holds nothing up, nor does one that is gone", async () => {
      const both = ["bash tools/check.sh", "exit 2"].map((command) => ({
        matcher: "Bash",
        hooks: [{ type: "command", command }],
      }));
      house.write(file, { hooks: { PreToolUse: both } });
      const { ran, stderr } = await run();
      expect(ran).toBe(true);
      expect(stderr).toMatch(/has changed since/);
      house.write(file, { hooks: {} });
      expect((await run()).ran).toBe(true);
    });

    it("the same holds for what was agreed to before gates were told apart", async () => {
      const folder = join(house.home, ".nacre", "trust");
      const answer = join(
        folder,
        readdirSync(folder).find((name) => name.endsWith(".json"))!,
      );
      const { gates, ...old } = JSON.parse(readFileSync(answer, "utf8")) as Record<string, unknown>;
      expect(gates).toHaveLength(1);
      writeFileSync(answer, JSON.stringify(old), { mode: 0o600 });
      expect((await run()).ran).toBe(true);
      house.write("tools/check.sh", "exit 0 # other\n");
      expect((await run()).ran).toBe(false);
    });
  },
);
