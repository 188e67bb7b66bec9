import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { median } from "./measure.mjs";
import { PROGRAM, Place } from "./program.mjs";

const COMMAND = "exit 0";

const WORKER = `
const { createInterface } = require("node:readline");
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id } = JSON.parse(line);
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result: null }) + "\\n");
});`;

const nobody = {
  name: "bench-provider",
  setup: (ctx) => ctx.add("provider", { name: "nobody", defaultModel: "none" }),
};

/**
 * What a gate costs, in ms: a command hook beside the same `sh -c` started bare (each as the median of its rounds, in
 * turns), the round trip to a worker, and an in-process tap beyond a moment without any.
 */
export async function hooks({ rounds }) {
  const place = new Place();
  writeFileSync(join(place.cwd, "worker.cjs"), WORKER);
  const worker = { type: "worker", command: process.execPath, args: [join(place.cwd, "worker.cjs")] };
  const command = await gate(place, { settings: { type: "command", command: COMMAND } });
  const asked = await gate(place, { settings: worker });
  const none = await gate(place, {});
  const tap = await gate(place, {
    plugin: { name: "bench-tap", setup: (ctx) => ctx.tap("PreToolUse", async () => undefined) },
  });
  const seen = { bare: [], command: [], worker: [], none: [], tap: [] };
  for (let round = -3; round < rounds; round++) {
    const times = { bare: await timed(bare), command: await timed(command.fire), worker: await timed(asked.fire) };
    if (round >= 0) for (const [name, ms] of Object.entries(times)) seen[name].push(ms);
  }
  for (let round = -500; round < rounds * 50; round++) {
    const times = { none: await timed(none.fire), tap: await timed(tap.fire) };
    if (round >= 0) for (const [name, ms] of Object.entries(times)) seen[name].push(ms);
  }
  for (const one of [command, asked, none, tap]) await one.end();
  const values = Object.fromEntries(Object.entries(seen).map(([name, list]) => [name, median(list)]));
  return { bare: values.bare, command: values.command, worker: values.worker, tap: values.tap - values.none };
}

/** A kernel with one way of listening to calls, and a session to fire them in. */
async function gate(place, { settings, plugin }) {
  const { builtins, createKernel } = await import(pathToFileURL(join(PROGRAM, "..", "index.mjs")));
  const { PATH } = process.env;
  const kernel = createKernel({ cwd: place.cwd, home: join(place.home, ".nacre"), env: { PATH, HOME: place.home } });
  if (settings) kernel.set("hooks", { PreToolUse: [{ matcher: "Bash", hooks: [settings] }] });
  const wanted = builtins.filter(({ name }) => name === "shell-hooks");
  await kernel.load(nobody, ...(settings ? wanted : []), ...(plugin ? [plugin] : []));
  const session = await kernel.open({ provider: "nobody" });
  const tool = { name: "Bash", description: "", inputSchema: {}, effect: "exec" };
  const call = { id: "1", name: "Bash", input: { command: "git push" } };
  const hook = await kernel.hook("PreToolUse");
  return {
    fire: () => hook.promise({ call, tool, effect: "exec", again: false }, session),
    end: () => kernel[Symbol.asyncDispose](),
  };
}

function bare() {
  return new Promise((resolve, reject) => {
    spawn("/bin/sh", ["-c", COMMAND]).once("error", reject).once("close", resolve);
  });
}

async function timed(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}
