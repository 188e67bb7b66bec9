import { cpus, loadavg } from "node:os";
import { hooks } from "./hooks.mjs";
import * as measure from "./measure.mjs";
import { Place } from "./program.mjs";
import { ModelServer } from "./server.mjs";

const quick = process.argv.includes("--quick");
const rows = [];
const before = loadavg()[0].toFixed(2);

/** One row of the table; `value` above `budget` is said to be over. */
function row(what, value, unit, { budget, ratio, digits = 1 } = {}) {
  const verdict = budget === undefined ? "" : Number(value.toFixed(2)) <= budget ? "ok" : "over";
  const cells = [`${value.toFixed(digits)} ${unit}`.trim(), ratio?.toFixed(2) ?? "", budget ?? "", verdict];
  rows.push([what, ...cells.map(String)]);
}

async function starts(options) {
  const seen = await measure.starts(options);
  const times = (name) => seen[name] / seen.floor;
  row("node -e 0", seen.floor, "ms", { ratio: 1 });
  const timed = [
    ["--version", "version", 1.25],
    ["exec to first request", "first", 3.3],
    ["hello, whole wall", "wall", 4.2],
  ];
  for (const [what, name, budget] of timed) {
    row(`${what}, times node -e 0 (${seen[name].toFixed(1)} ms)`, times(name), "x", {
      budget,
      ratio: times(name),
      digits: 2,
    });
  }
  row(`system prompt and ${seen.tools} tool definitions`, seen.prompt / 1024, "KB", { budget: 9 });
}

async function tools(options) {
  const hello = await measure.hello(options);
  row("hello, peak memory", hello.peakMb, "MB", { budget: 80 });
  row("hello, programs started", Math.max(hello.children, hello.childFaults), "", { budget: 0, digits: 0 });
  const place = new Place().notes(50);
  const runs = [];
  for (let round = -1; round < options.rounds; round++) {
    const run = await measure.toolTurns(options, 50, place);
    if (round >= 0) runs.push(run);
  }
  const of = (key) => measure.median(runs.map((run) => run[key]));
  row("tools-50, gap", of("gap"), "ms", { budget: 1.6, digits: 2 });
  row("tools-50, last 10 / first 10", of("ratio"), "", { budget: 1, digits: 2 });
  row("tools-50, peak memory", of("peakMb"), "MB", { budget: 100 });
  row("tools-50, programs started", Math.max(of("children"), of("childFaults")), "", { budget: 0, digits: 0 });
}

async function long(options) {
  const count = quick ? 300 : 2000;
  const seen = await measure.toolTurns(options, count);
  row(`${count} tool turns, gap (first 10: ${seen.firstTen.toFixed(2)} ms)`, seen.gap, "ms", { digits: 2 });
  row(`${count} tool turns, last 10 / first 10`, seen.ratio, "", { budget: 1, digits: 2 });
  row(`${count} tool turns, peak memory`, seen.peakMb, "MB", { budget: 200 });
  row(`${count} tool turns, sent to the model in all`, seen.sentMb, "MB");
  row(`${count} tool turns, transcript beyond content`, seen.beyond / 1024, "KB a turn", { budget: 1.5, digits: 2 });
  const resumed = await measure.resume({ ...options, rounds: 3 }, 50);
  row(`resume of 50 MB, first request (${resumed.sentMb.toFixed(0)} MB sent)`, resumed.first, "ms", {
    budget: 1000,
    digits: 0,
  });
  row("resume of 50 MB, peak memory", resumed.peakMb, "MB", { budget: 300, digits: 0 });
}

async function surroundings(options) {
  if (!quick) {
    const [small, large] = await measure.repositories(options, 200_000);
    row(
      `repository of 200,000 files / 1,000, 5 % allowed for noise (${large.toFixed(1)} / ${small.toFixed(1)} ms)`,
      large / small,
      "",
      {
        budget: 1.05,
        digits: 2,
      },
    );
  }
  const [none, thousand, three] = await measure.plugins(options);
  row("1,000 data plugins, added to first request", thousand - none, "ms", { budget: 10 });
  row("3,000 data plugins, added to first request", three - none, "ms");
  const added = await measure.skills(options);
  row("1,000 plugins with 10,000 skills, added to first request", added.thousand, "ms", { budget: 10 });
  row("3,000 plugins with 30,000 skills, added to first request", added.three, "ms", { budget: 30 });
  row("cold scan of 40,000 files", added.cold / 1000, "s", { budget: 2, digits: 2 });
}

async function gates() {
  const seen = await hooks({ rounds: quick ? 25 : 101 });
  row(`command hook, times the same sh -c from Node (${seen.bare.toFixed(2)} ms)`, seen.command / seen.bare, "x", {
    budget: 1.3,
    digits: 2,
  });
  row("worker hook, round trip", seen.worker, "ms", { budget: 1, digits: 2 });
  row("in-process tap", seen.tap * 1000, "µs", { budget: 20 });
}

async function rest(options) {
  const streamed = await measure.stream({ ...options, rounds: 3 }, 20_000);
  row("stream-20000, CPU", streamed.cpuMs / 1000, "s", { budget: 0.4, digits: 2 });
  row("stream-20000, wall", streamed.wall, "ms", { digits: 0 });
  row("stream-20000, peak memory", streamed.peakMb, "MB");
  row("retry after an overloaded answer, slowest", await measure.retry({ ...options, rounds: 5 }), "ms", {
    budget: 250,
    digits: 0,
  });
  const { own, dependencies } = measure.installed();
  row(`installed (package ${(own / 2 ** 20).toFixed(1)} MB + @vscode/ripgrep)`, (own + dependencies) / 2 ** 20, "MB", {
    budget: 40,
  });
}

function print() {
  const load = loadavg()[0].toFixed(2);
  console.log(
    `Node ${process.version}, ${cpus().length} cores, load ${before} at the start, ${load} at the end; medians\n`,
  );
  console.log("| what | value | x `node -e 0` | budget | |\n|---|---|---|---|---|");
  for (const cells of rows) console.log(`| ${cells.join(" | ")} |`);
}

const server = await new ModelServer().start();
const options = { server, rounds: quick ? 5 : 21 };
for (const part of [starts, tools, gates, rest, surroundings, long]) {
  const few = part === starts ? options : { ...options, rounds: quick ? 3 : 7 };
  // A benchmark is never a test: what cannot be measured is a row that says why.
  await part(few).catch((error) =>
    rows.push([`${part.name}: not measured: ${error.message.split("\n")[0]}`, "", "", "", ""]),
  );
}
server.close();
print();
