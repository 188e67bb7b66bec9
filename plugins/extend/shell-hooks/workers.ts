import type { ChildProcess } from "node:child_process";
import { messageOf } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import { failed, late, type Desk, type Job, type Workers } from "./job.js";
import type { Raw } from "./outcome.js";
import { signal, type Processes, type Start } from "./process.js";
import { programOf } from "./run-command.js";

/** The longest line a worker may write. */
const MOST_LINE = 1024 * 1024;
/** Milliseconds before a worker that has died is started again; doubled with each death up to the longest. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;
/** A worker that lived so long has earned a fresh start. */
const STEADY = 60_000;

/** Workers by what they are and the project they work in: each is one process. */
export class WorkerPool implements Workers {
  readonly #workers = new Map<string, Worker>();

  async ask(job: Job, desk: Desk): Promise<Raw> {
    const start = programOf(job, desk);
    if (typeof start === "string") return failed("error", `${job.name} hook was not run: ${start}.`);
    const project = desk.inputs.project(job.firing.scene);
    const key = JSON.stringify([project, start.file, start.args, job.hook.source.plugin?.dir]);
    let worker = this.#workers.get(key);
    if (!worker) {
      this.#workers.set(key, (worker = new Worker(desk.processes, { ...start, cwd: project })));
    }
    return worker.ask(job);
  }

  endAll(): void {
    for (const worker of this.#workers.values()) worker.end();
    this.#workers.clear();
  }
}

interface Pending {
  readonly answer: (raw: Raw) => void;
  readonly job: Job;
}

/** A process that is asked again and again: JSON-RPC 2.0, one message a line. */
class Worker {
  readonly #processes: Processes;
  readonly #start: Start;
  readonly #pending = new Map<number, Pending>();
  #child: ChildProcess | undefined;
  #pieces: string[] = [];
  #held = 0;
  #lastId = 0;
  #startedAt = 0;
  #deaths = 0;
  #notBefore = 0;
  #stderr = "";

  constructor(processes: Processes, start: Start) {
    this.#processes = processes;
    this.#start = start;
  }

  ask(job: Job): Promise<Raw> {
    const bad = (why: string): Raw => failed("error", `${job.name} hook error: the worker ${why}`);
    if (!this.#child) {
      const left = this.#notBefore - performance.now();
      if (left > 0) return Promise.resolve(bad(`has died and is started again in ${Math.ceil(left / 1_000)} s.`));
      const problem = this.#begin();
      if (problem !== undefined) return Promise.resolve(bad(`could not be started: ${problem}.`));
    }
    const id = ++this.#lastId;
    const { signal: stopped } = job.firing;
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer(late(job)), job.timeout);
      const stop = (): void => answer(failed("cancelled", `${job.name} hook was cancelled: the turn was stopped.`));
      const answer = (raw: Raw): void => {
        clearTimeout(timer);
        stopped?.removeEventListener("abort", stop);
        if (this.#pending.delete(id) && raw.failure?.kind === "cancelled") this.#tell("cancel", { id });
        if (this.#pending.size === 0) this.#hold(false);
        resolve(raw);
      };
      stopped?.addEventListener("abort", stop, { once: true });
      this.#pending.set(id, { answer, job });
      this.#hold(true);
      this.#write({ jsonrpc: "2.0", id, method: "hook", params: job.input });
    });
  }

  /** Asks it to end; what is left is killed with all other processes. */
  end(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.stdin?.end();
    if (child?.pid !== undefined) signal(child.pid, "SIGTERM");
  }

  #begin(): string | undefined {
    const child = this.#processes.start(this.#start);
    if (child instanceof Error) return messageOf(child);
    this.#child = child;
    this.#startedAt = performance.now();
    this.#pieces = [];
    this.#held = 0;
    this.#stderr = "";
    child.once("error", (error) => this.#died(child, messageOf(error)));
    child.once("close", (code, name) => this.#died(child, `it ended with ${name ?? `exit code ${code}`}`));
    child.stdin?.on("error", () => {}); // Its death is told by "close".
    child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#take(child, text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-2_000);
    });
    this.#hold(false);
    return undefined;
  }

  /** Between questions it does not keep the program alive. */
  #hold(busy: boolean): void {
    const child = this.#child;
    for (const part of [child, child?.stdin, child?.stdout, child?.stderr]) {
      const one = part as { ref?(): void; unref?(): void } | null | undefined;
      if (busy) one?.ref?.();
      else one?.unref?.();
    }
  }

  #died(child: ChildProcess, how: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    if (performance.now() - this.#startedAt > STEADY) this.#deaths = 0;
    this.#notBefore = performance.now() + Math.min(FIRST_PAUSE * 2 ** this.#deaths++, LONGEST_PAUSE);
    const said = this.#stderr.trim().split("\n").at(-1) ?? "";
    for (const { answer, job } of this.#pending.values()) {
      answer(failed("error", `${job.name} hook error: the worker is gone: ${how}${said === "" ? "." : `: ${said}`}`));
    }
  }

  #take(child: ChildProcess, text: string): void {
    let rest = text;
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      const line = this.#pieces.join("") + rest.slice(0, end);
      this.#pieces = [];
      this.#held = 0;
      rest = rest.slice(end + 1);
      if (line.trim() !== "") this.#line(line);
    }
    this.#pieces.push(rest);
    this.#held += rest.length;
    if (this.#held <= MOST_LINE) return;
    this.#died(child, "it wrote a line of more than 1 MB");
    if (child.pid !== undefined) signal(child.pid, "SIGKILL");
  }

  #line(line: string): void {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return; // A worker that prints what is no message is only talkative.
    }
    if (!isObject(message) || typeof message["id"] !== "number") return;
    const pending = this.#pending.get(message["id"]);
    pending?.answer(rawOf(message, pending.job));
  }

  #tell(method: string, params: JsonObject): void {
    this.#write({ jsonrpc: "2.0", method, params });
  }

  #write(message: object): void {
    this.#child?.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}

/** An answer as the output of a command: `result` is the JSON a command would print, or nothing. */
function rawOf({ error, result }: JsonObject, job: Job): Raw {
  if (isObject(error)) {
    const said = typeof error["message"] === "string" ? error["message"] : JSON.stringify(error);
    return failed("error", `${job.name} hook error: ${said.slice(0, 1_000)}`);
  }
  return { exitCode: 0, stdout: isObject(result) ? JSON.stringify(result) : "", stderr: "" };
}
