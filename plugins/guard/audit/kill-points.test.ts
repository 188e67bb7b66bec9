import { mkdirSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { killAtEachStep } from "../../../test/kill-points.js";

const TURNS = [{ call: { name: "LS", input: { path: "." } } }, { text: "done" }];

it("The audit log is as it was written wherever its writer is killed, and goes on", async () => {
  const words = ["-p", "go", "--provider", "scripted", "--script", "script.json"];
  const steps = await killAtEachStep({
    prepare(site) {
      mkdirSync(site.at("home"), { recursive: true });
      mkdirSync(site.at("work"), { recursive: true });
      writeFileSync(site.at("home/config.toml"), "[audit]\nenabled = true\n");
      writeFileSync(site.at("work/script.json"), JSON.stringify(TURNS));
    },
    words: () => words,
    below: "home/audit",
    async survive(site) {
      expect(await site.nacre("audit", "verify")).toMatchObject({ code: 0, stderr: "" });
      expect(await site.nacre(...words)).toMatchObject({ code: 0, stdout: "done\n", stderr: "" });
      expect(await site.nacre("audit", "verify")).toMatchObject({ code: 0 });
    },
  });
  expect(steps.filter((name) => name.endsWith("writeSync")).length).toBeGreaterThan(20);
}, 300_000);
