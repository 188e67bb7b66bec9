import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { TurnEvent } from "../../schemas/event.js";
import { projectFolder } from "../../plugins/context/transcript/place.js";
import { killAtEachStep, leftIn, type Site } from "../kill-points.js";
import { expectNothingLost, fatesIn, linesOf, textOf, transcriptOf } from "./survivors.js";

const SECONDS = 1_000;

const settings = (seconds: number): string =>
  `# mine\n[tools]\nbash_timeout_secs = ${seconds} # seconds\nx = "unknown"\n`;

it(
  "settings are the old ones or the new ones wherever their writer is killed, and can be written again",
  async () => {
    const steps = await killAtEachStep({
      prepare: (site) => writeFileSync(site.at("home/config.toml"), settings(30), { mode: 0o640 }),
      words: () => ["config", "set", "tools.bash_timeout_secs", "40"],
      async survive(site) {
        expect([settings(30), settings(40)]).toContain(textOf(site.at("home/config.toml")));
        expect((await site.nacre("config", "get", "tools.bash_timeout_secs")).code).toBe(0);
        expect(await site.nacre("config", "set", "tools.bash_timeout_secs", "50")).toMatchObject({
          code: 0,
          stderr: "",
        });
        expect(textOf(site.at("home/config.toml"))).toBe(settings(50));
        expectTidy(site.at("home"));
      },
    });
    expect(steps.filter((name) => name === "renameSync").length).toBeGreaterThan(0);
  },
  120 * SECONDS,
);

/**
 * No lock but that of a session that was killed in its very first line, which stands in nobody's way, and at most the
 * one temporary file that is cleared away once it is a minute old.
 */
function expectTidy(folder: string, begun: boolean = true): void {
  // What is kept of plugin folders clears up after itself.
  const left = leftIn(folder).filter((name) => !name.startsWith("cache/"));
  const allowed = begun ? /(^|\/)\.nacre-\d+-\w+\.tmp$/ : /(^|\/)\.nacre-\d+-\w+\.tmp$|\.lock$/;
  expect(left.filter((name) => !allowed.test(name))).toEqual([]);
  expect(left.length).toBeLessThanOrEqual(1);
}

const calls = [
  [
    { name: "Read", input: { file_path: "list.txt" } },
    { name: "Edit", input: { file_path: "list.txt", old_string: "list:", new_string: "list: m1a" } },
    { name: "Bash", input: { command: "echo m2b >> log.txt" } },
  ],
  [{ name: "Write", input: { file_path: "m3c.txt", content: "m3c\n" } }],
];
const ask = (site: Site, ...words: readonly string[]): readonly string[] => {
  const model = ["--provider", "scripted", "--script", site.at("script.json")];
  return ["-p", ...words, ...model, "--permission-mode", "bypassPermissions"];
};

function prepare(site: Site): void {
  writeFileSync(
    site.at("script.json"),
    JSON.stringify([...calls.map((each) => ({ calls: each })), { text: "done", repeat: true }]),
  );
  writeFileSync(site.at("work/list.txt"), "list:\n");
}

it(
  "a session goes on wherever it is killed: no file is half, no call lost or repeated",
  async () => {
    const steps = await killAtEachStep({
      prepare,
      words: (site) => ask(site, "go"),
      async survive(site) {
        expect(["list:\n", "list: m1a\n"]).toContain(textOf(site.at("work/list.txt")));
        expect(["", "m3c\n"]).toContain(textOf(site.at("work/m3c.txt")));
        const path = transcriptOf(site.dir);
        const before = linesOf<TurnEvent>(path ?? "").lines;
        const begun = before.some(({ type }) => type === "session");
        const again = await site.nacre(...ask(site, ...(begun ? ["go on", "--continue"] : ["go"])));
        expect(again).toMatchObject({ code: 0, stdout: "done\n" });
        expect(again.stderr).toBe("");
        const { lines } = linesOf<TurnEvent>(transcriptOf(site.dir)!);
        expect(lines.slice(0, before.length)).toEqual(before);
        const fates = fatesIn(lines);
        expect(fates.size).toBe(4);
        expectNothingLost(site.dir, fates);
        expect((await site.nacre("sessions", "list")).code).toBe(0);
        expectTidy(site.at("home"), begun);
        const temporary = readdirSync(site.at("work")).filter((name) => name.startsWith("."));
        expect(temporary.length).toBeLessThanOrEqual(1);
      },
    });
    expect(steps.filter((name) => name === "writeSync").length).toBeGreaterThan(10);
  },
  300 * SECONDS,
);

it(
  "the lock of a dead process is taken over wherever whoever takes it is killed in turn",
  async () => {
    const id = "2c7a0a3e-0000-4000-8000-000000000001";
    await killAtEachStep({
      async prepare(site) {
        prepare(site);
        const folder = projectFolder(site.at("home"), site.at("work"));
        mkdirSync(folder, { recursive: true });
        const session = {
          type: "session",
          at: 1,
          id,
          source: "startup",
          version: "1",
          root: site.at("work"),
          cwd: site.at("work"),
        };
        const prompt = { type: "prompt", at: 2, id: "p", content: [{ type: "text", text: "hi" }], origin: "user" };
        const events = [{ ...session, provider: "scripted", model: "m", system: ["Be brief."] }, prompt];
        writeFileSync(join(folder, `${id}.jsonl`), events.map((event) => `${JSON.stringify(event)}\n`).join(""));
        writeFileSync(join(folder, `${id}.lock`), JSON.stringify({ pid: 4194305, start: "1", id: "dead" }));
        writeFileSync(site.at("script.json"), JSON.stringify([{ text: "done", repeat: true }]));
      },
      words: (site) => ask(site, "go on", "--continue"),
      below: "home/projects",
      async survive(site) {
        const again = await site.nacre(...ask(site, "and on", "--continue"));
        expect(again).toMatchObject({ code: 0, stdout: "done\n", stderr: "" });
        expect(existsSync(site.at("home"))).toBe(true);
        expectTidy(site.at("home"));
      },
    });
  },
  120 * SECONDS,
);
