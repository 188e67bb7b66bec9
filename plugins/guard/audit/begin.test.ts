import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { boot, say } from "../../../test/boot.js";
import { verify } from "./verify.js";
import { Shelf } from "./shelf.js";

it("A file that cannot be begun leaves nothing behind, and later tells how much is lost", async () => {
  const script = [say("one"), say("two"), say("three")];
  await using shell = await boot({
    plugins: ["audit"],
    script,
    settings: { "audit.enabled": true },
    files: { "~/.nacre/audit/index.jsonl/x": "" },
  });
  const dir = join(shell.home, "audit");
  const open = (): number => readdirSync("/proc/self/fd").length;
  const before = open();
  await shell.send("one");
  await shell.send("two");
  expect(open() - before).toBeLessThanOrEqual(0);
  expect(readdirSync(dir)).toEqual(["index.jsonl"]);
  rmSync(join(dir, "index.jsonl"), { recursive: true });
  await new Promise((done) => setTimeout(done, 1_050));
  await shell.send("three");
  const name = readdirSync(dir).find((one) => one.endsWith(".jsonl") && one !== "index.jsonl")!;
  expect(JSON.parse(readFileSync(join(dir, name), "utf8").split("\n", 1)[0]!)).toMatchObject({
    type: "prompt",
    lost: 6,
  });
  expect(verify(new Shelf(shell.home)).ok).toBe(true);
});
