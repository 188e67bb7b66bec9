import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROGRAM, Place, runNacre, runNode } from "./program.mjs";
import { dataPlugins, longSession, overhead, repository, skillPlugins, transcriptOf } from "./sessions.mjs";

/** The middle of some numbers. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Start-up, first request and wall of hello, in turns with `node -e 0`. */
export async function starts({ server, rounds }) {
  const place = new Place();
  const seen = { floor: [], version: [], first: [], wall: [] };
  for (let round = -1; round < rounds; round++) {
    const floor = await runNode(["-e", "0"], { place });
    const version = await runNode([PROGRAM, "--version"], { place });
    server.play("hello");
    const hello = await runNacre([], { place, server });
    if (round === -1) continue;
    seen.floor.push(floor.wall);
    seen.version.push(version.wall);
    seen.first.push(server.log[0].at - hello.start);
    seen.wall.push(hello.wall);
  }
  const { system, tools } = JSON.parse(server.first);
  const text = typeof system === "string" ? system : system.map((block) => block.text).join("");
  const values = Object.entries(seen).map(([name, list]) => [name, median(list)]);
  const prompt = Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(tools));
  return { ...Object.fromEntries(values), prompt, tools: tools.length };
}

/** A conversation of `count` calls of Read: gaps, memory, transcript. */
export async function toolTurns({ server }, count, place = new Place().notes(count)) {
  server.play(`tools-${count}`, place.cwd);
  const used = await runNacre(["--max-turns", "0"], { place, server, probe: true });
  const gaps = server.log.slice(1).map((entry, at) => entry.at - server.log[at].end);
  const ratio = median(gaps.slice(-10)) / median(gaps.slice(0, 10));
  const beyond = overhead(transcriptOf(place), count);
  return {
    ...used,
    gap: median(gaps),
    firstTen: median(gaps.slice(0, 10)),
    ratio,
    beyond,
    sentMb: server.bytes / 2 ** 20,
  };
}

/** CPU, wall and peak of one answer in `count` pieces. */
export async function stream({ server, rounds }, count) {
  const place = new Place();
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    server.play(`stream-${count}`);
    runs.push(await runNacre([], { place, server, probe: true }));
  }
  return medians(runs);
}

/** Peak and programs started of hello. */
export async function hello({ server, rounds }) {
  const place = new Place();
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    server.play("hello");
    runs.push(await runNacre([], { place, server, probe: true }));
  }
  return medians(runs);
}

/** From exec to the first request of a session of `mb`, and the peak. */
export async function resume({ server, rounds }, mb) {
  const place = new Place().notes(1);
  await longSession(place, server, mb);
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    server.play("hello");
    const used = await runNacre(["--continue"], { place, server, probe: true });
    runs.push({ first: server.log[0].at - used.start, peakMb: used.peakMb, sentMb: server.bytes / 2 ** 20 });
  }
  return medians(runs);
}

/** From exec to the first request in two places, in turns; one run in each before, which may fill its index. */
async function beside({ server, rounds }, places) {
  const seen = places.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [at, place] of places.entries()) {
      server.play("hello");
      const used = await runNacre([], { place, server });
      if (round >= 0) seen[at].push(server.log[0].at - used.start);
    }
  }
  return seen.map(median);
}

/** First request in a repository of 1,000 files and in one of `count`. */
export async function repositories(options, count) {
  const places = [new Place(), new Place()];
  repository(places[0], 1000);
  repository(places[1], count);
  return beside(options, places);
}

/** First request without, with 1,000 and with 3,000 data plugins. */
export async function plugins(options) {
  const places = [new Place(), new Place(), new Place()];
  dataPlugins(places[1], 1000);
  dataPlugins(places[2], 3000);
  return beside(options, places);
}

/** First request without plugins, with 10,000 skills in 1,000 and 30,000 in 3,000; and the first run ever of 40,000 files. */
export async function skills(options) {
  const places = [new Place(), new Place(), new Place()];
  skillPlugins(places[1], 1000, 10);
  skillPlugins(places[2], 3000, 10);
  const [none, thousand, three] = await beside(options, places);
  return { thousand: thousand - none, three: three - none, cold: await coldScan(options) };
}

/** What the first run with 40,000 files takes longer than that without any: manifests and skills are read, an index is written. */
async function coldScan({ server, rounds }) {
  const places = [new Place(), new Place()];
  skillPlugins(places[1], 3636, 10);
  const seen = places.map(() => []);
  for (let round = 0; round < Math.min(rounds, 5); round++) {
    for (const [at, place] of places.entries()) {
      rmSync(join(place.home, ".nacre", "cache"), { recursive: true, force: true });
      server.play("hello");
      const used = await runNacre([], { place, server });
      seen[at].push(server.log[0].at - used.start);
    }
  }
  return median(seen[1]) - median(seen[0]);
}

/** From a 529 to the next try. */
export async function retry({ server, rounds }) {
  const place = new Place();
  const times = [];
  for (let round = 0; round < rounds; round++) {
    server.play("overloaded");
    await runNacre([], { place, server });
    times.push(server.log[1].at - server.log[0].end);
  }
  return Math.max(...times);
}

/** Bytes of the packed package unpacked, and of the one package it depends on. */
export function installed() {
  const root = dirname(dirname(PROGRAM));
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: root, stdio: "pipe" });
  const dependency = join(root, "node_modules", "@vscode");
  return { own: Object.values(JSON.parse(packed))[0].unpackedSize, dependencies: bytesOf(dependency) };
}

function bytesOf(dir) {
  if (!existsSync(dir)) return 0;
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function medians(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));
}
