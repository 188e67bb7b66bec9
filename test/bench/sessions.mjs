import { appendFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runNacre } from "./program.mjs";

const MB = 1024 * 1024;

/** The transcript that a run in this place wrote last. */
export function transcriptOf(place) {
  const projects = join(place.home, ".nacre", "projects");
  const files = readdirSync(projects).flatMap((folder) => within(join(projects, folder)));
  return files.toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/** Bytes a transcript holds for each turn beyond the inputs and results of its tools. */
export function overhead(file, turns) {
  let content = 0;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const event = line === "" ? {} : JSON.parse(line);
    if (event.type === "call") content += Buffer.byteLength(JSON.stringify(event.input));
    if (event.type === "result") content += Buffer.byteLength(JSON.stringify(event.content));
  }
  return (statSync(file).size - content) / turns;
}

/** A session as nacre itself writes it, its one tool turn repeated with new ids and 20 KB of result up to `mb`. */
export async function longSession(place, server, mb) {
  server.play("tools-1", place.cwd);
  await runNacre([], { place, server });
  const file = transcriptOf(place);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const from = lines.findIndex((line) => line.includes('"type":"reply"'));
  const turn = lines.slice(from, from + 3).map((line) => JSON.parse(line));
  const result = turn.find((event) => event.type === "result");
  result.content = "A line of a file that was read long ago, with a number behind it: 42.\n".repeat(290);
  const text = turn.map((event) => `${JSON.stringify(event)}\n`).join("");
  writeFileSync(file, `${lines.slice(0, from).join("\n")}\n`);
  for (let at = 0, size = 0; size < mb * MB; at += 50) {
    const block = Array.from({ length: 50 }, (_, more) => text.replaceAll("toolu_1", `toolu_x${at + more}`)).join("");
    size += block.length;
    appendFileSync(file, block);
  }
  appendFileSync(file, `${lines.slice(from + 3).join("\n")}\n`);
}

/** `count` plugins that hold data alone, each a setting. */
export function dataPlugins(place, count) {
  for (let at = 1; at <= count; at++) {
    const dir = join(place.home, ".nacre", "plugins", `data-${at}`);
    mkdirSync(dir, { recursive: true });
    const properties = { level: { type: "number", default: at, description: "How much" } };
    const extensions = { "dev.nacre": { settings: { key: `data_${at}`, properties } } };
    const manifest = { name: `data-${at}`, version: "1.0.0", description: `Data ${at}`, extensions };
    writeFileSync(join(dir, "plugin.json"), JSON.stringify(manifest));
  }
}

/** `count` plugins with `each` skills in each and nothing else; every other one with a manifest of nacre's own. */
export function skillPlugins(place, count, each) {
  for (let at = 1; at <= count; at++) {
    const dir = join(place.home, ".nacre", "plugins", `skills-${at}`);
    const manifest = join(dir, at % 2 === 0 ? "plugin.json" : ".claude-plugin/plugin.json");
    mkdirSync(dirname(manifest), { recursive: true });
    const text = { name: `skills-${at}`, version: "1.0.0", description: `Skills for the work of kind ${at}` };
    writeFileSync(manifest, JSON.stringify(text));
    for (let skill = 1; skill <= each; skill++) {
      mkdirSync(join(dir, "skills", `skill-${skill}`), { recursive: true });
      const front = `name: skill-${skill}\ndescription: Does step ${skill} of work ${at}. Use it when a step ${skill} is asked for.\nallowed-tools: Read, Grep`;
      writeFileSync(
        join(dir, "skills", `skill-${skill}`, "SKILL.md"),
        `---\n${front}\n---\n\n# Step ${skill}\n\nDo it.\n`,
      );
    }
  }
}

/** A repository of `count` small files, 500 in a folder. */
export function repository(place, count) {
  mkdirSync(join(place.cwd, ".git"));
  writeFileSync(join(place.cwd, ".git", "HEAD"), "ref: refs/heads/main\n");
  for (let at = 0; at < count; at++) {
    const dir = join(place.cwd, `d${Math.floor(at / 500)}`);
    if (at % 500 === 0) mkdirSync(dir);
    writeFileSync(join(dir, `f${at}.js`), "");
  }
}

function within(folder) {
  return readdirSync(folder).flatMap((name) => (name.endsWith(".jsonl") ? [join(folder, name)] : []));
}
