import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PROBE = fileURLToPath(new URL("probe.cjs", import.meta.url));

/** The built program, or the one that `NACRE_BENCH_PROGRAM` names. */
export const PROGRAM = process.env.NACRE_BENCH_PROGRAM ?? join(ROOT, "dist", "nacre.js");

const made = [];
process.once("exit", () => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
});

/** A temporary folder with a home and a working folder, removed at the end of its process. */
export class Place {
  constructor() {
    this.dir = mkdtempSync(join(tmpdir(), "nacre-bench-"));
    this.home = this.#folder("home");
    this.cwd = this.#folder("work");
    made.push(this.dir);
  }

  /** Small text files `note-1.txt` to `note-COUNT.txt`, each different. */
  notes(count) {
    for (let at = 1; at <= count; at++) {
      writeFileSync(join(this.cwd, `note-${at}.txt`), `Note ${at}\n${`The quick brown fox number ${at}.\n`.repeat(5)}`);
    }
    return this;
  }

  #folder(name) {
    const path = join(this.dir, name);
    mkdirSync(path);
    return path;
  }
}

/** Runs `node ARGS` and returns start, wall, and, with `probe`, what the process used. Times in ms. */
export function runNode(args, { place, server, probe = false }) {
  const report = join(place.dir, "report.json");
  const env = environment(place, server, report);
  const start = performance.now();
  const child = spawn(process.execPath, probe ? ["--require", PROBE, ...args] : args, {
    cwd: place.cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const sampler = probe ? new ChildSampler(child.pid) : undefined;
  let out = "";
  let err = "";
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (err += data));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    let wall = 0;
    child.once("exit", () => (wall = performance.now() - start));
    child.once("close", (code) => {
      const children = sampler?.stop() ?? 0;
      if (code !== 0) return reject(new Error(`exit code ${code} of ${args.join(" ")}: ${err || out}`.slice(0, 600)));
      const used = probe ? JSON.parse(readFileSync(report, "utf8")) : {};
      resolve({ start, wall, children, ...used });
    });
  });
}

/** Runs nacre in print mode against the server. */
export function runNacre(args, options) {
  return runNode([PROGRAM, "--provider", "anthropic", "-p", "hello", ...args], options);
}

/** Only what the measured program needs. NODE_EXTRA_CA_CERTS is left out: it alone doubles the start of Node 20. */
function environment(place, server, report) {
  const { PATH, LANG, NACRE_SETTINGS } = process.env;
  const own = {
    PATH,
    LANG,
    HOME: place.home,
    NACRE_HOME: join(place.home, ".nacre"),
    NACRE_BENCH_REPORT: report,
    ...(NACRE_SETTINGS && { NACRE_SETTINGS }),
  };
  return { ...own, ANTHROPIC_API_KEY: "bench", ANTHROPIC_BASE_URL: server?.url ?? "http://127.0.0.1:9" };
}

/** Looks every millisecond for children of a process, and remembers the distinct ones. */
class ChildSampler {
  #seen = new Set();
  #timer;

  constructor(pid) {
    this.#timer = setInterval(() => this.#look(pid), 1);
  }

  stop() {
    clearInterval(this.#timer);
    return this.#seen.size;
  }

  #look(pid) {
    try {
      for (const id of readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ")) {
        if (id.trim() !== "") this.#seen.add(id);
      }
    } catch {
      // The process ended between two looks.
    }
  }
}
