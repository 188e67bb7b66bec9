import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import type { BackgroundTask } from "../../../schemas/kinds.js";
import type { Session } from "../../../schemas/session.js";
import { Output } from "../output.js";
import { KEPT, outputFolder } from "../output-file.js";
import type { ProcessGroup } from "../process-group.js";
import type { Processes } from "../process.js";
import type { Ending, Program } from "../program.js";
import type { WalledProgram } from "./walled-program.js";

/** Commands that one session may have in the background at a time. */
const MOST = 32;

/** A command that runs while the conversation goes on. */
export interface Task {
  readonly id: string;
  readonly group: ProcessGroup;
  /** Where its output goes as it comes. */
  readonly path: string;
  readonly ended: Promise<Ending>;
  /** The command, for people, and as it was given. */
  readonly title: string;
  readonly command: string;
}

/** What to run, and for whom. */
export interface Start {
  readonly session: Session;
  readonly program: Program;
  /** Called when it has ended; gives lines for the model. */
  readonly finished?: WalledProgram["finished"];
  /** The command, for people. */
  readonly title: string;
  /** The command as it was given. */
  readonly command: string;
  /** Milliseconds; no limit otherwise. */
  readonly timeout?: number;
}

/** The background commands of every session, and what their models have not been told yet. */
export class Background {
  readonly #processes: Processes;
  readonly #home: string;
  readonly #tasks = new Map<Session, Set<Task>>();
  readonly #news = new Map<Session, string[]>();
  readonly #tell: (session: Session, sentence: string) => void;

  /** `tell` is called with one sentence when a command ends. */
  constructor(processes: Processes, home: string, tell: (session: Session, sentence: string) => void) {
    this.#processes = processes;
    this.#home = home;
    this.#tell = tell;
  }

  /** Starts a command and returns at once. Throws a UserError when too many run or there is no place for output. */
  async start({ session, program, finished, title, command, timeout }: Start): Promise<Task> {
    const tasks = this.#tasks.get(session) ?? new Set<Task>();
    this.#tasks.set(session, tasks);
    if (tasks.size >= MOST) throw new UserError(`${MOST} commands run in the background already: end one first.`);
    const id = randomUUID().slice(0, 8);
    const output = new Output(() => join(outputFolder(this.#home, session.id), `task-${id}.txt`));
    const path = output.keep();
    if (path === undefined) throw new UserError(`No file for the output can be made below ${this.#home}.`);
    const { group, ended } = await this.#processes.start(program, {
      onOutput: (chunk, stream) => output.add(chunk, stream),
      ...(timeout !== undefined && { timeout }),
    });
    const task: Task = { id, group, path, ended, title, command };
    tasks.add(task);
    const started = performance.now();
    void ended.then(async (ending) => {
      output.finish(output.bytes > KEPT ? `\n[... the first 10 MB of ${output.bytes} bytes ...]\n` : "");
      const lines = (await finished?.({ code: ending.code, output })) ?? [];
      // No longer on the list: its session has ended it, and nobody waits for the news.
      if (!tasks.delete(task)) return;
      const seconds = Math.round((performance.now() - started) / 1_000);
      const told = `Background task ${id} (${title}) ${fate(ending)} after ${seconds} s. Its output is in ${path}.`;
      const sentence = [told, ...lines].join("\n");
      this.#news.set(session, [...(this.#news.get(session) ?? []), sentence]);
      this.#tell(session, sentence);
    });
    return task;
  }

  /** What runs now. */
  list(session: Session): readonly BackgroundTask[] {
    return [...(this.#tasks.get(session) ?? [])].map(({ id, title, command }) => {
      return { id, type: "shell", status: "running", description: title, command };
    });
  }

  /** What the session's model has not been told yet. Told by being asked for. */
  takeNews(session: Session): readonly string[] {
    const news = this.#news.get(session) ?? [];
    this.#news.delete(session);
    return news;
  }

  /** The session is over: so are its commands. */
  async close(session: Session): Promise<void> {
    const tasks = this.#tasks.get(session);
    this.#tasks.delete(session);
    this.#news.delete(session);
    if (!tasks) return;
    const groups = [...tasks].map((task) => task.group);
    tasks.clear();
    await Promise.all(groups.map((group) => this.#processes.end(group)));
  }
}

function fate({ cause, code, signal }: Ending): string {
  if (cause === "timeout") return "was ended at its time limit";
  return signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
}
