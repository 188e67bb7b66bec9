import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { randomUUID } from "node:crypto";
import { codeOf, UserError } from "../../schemas/errors.js";
import { findMarked, forgetGroup, MARK, markOf, nextLimit, watchGroup } from "../../schemas/orphans.js";
import { follow, letGo, type Followed } from "./follow.js";
import { guardExit, releaseExit, type Starter } from "./guard-exit.js";
import { takePipes, type Pipes } from "./pipes.js";
import { ProcessGroup } from "./process-group.js";
import { REPORT, type Ending, type Program, type Running, type Watch } from "./program.js";

export { endAll, killAllNow } from "./guard-exit.js";

/** How often groups that outlived their program are looked at. */
const LOOK = 1_000;

/** What ends together with a program, such as walls around it, may take this long to be gone. */
const PARTING = 100;

/** How long the last moment of a program may take to see everything gone. */
const CLEARING = 500;

/** Everything one owner has started. Nothing of it outlives the owner, or the program, however that ends. */
export class Processes implements Starter {
  readonly #mark: string = randomUUID();
  /** What a shell sets its limit of file locks to, so that what it starts is known whatever becomes of its environment. */
  readonly limit: string = nextLimit();
  readonly #groups = new Set<ProcessGroup>();
  #look: NodeJS.Timeout | undefined;

  /** Starts a program in a process group of its own, without input. Rejects when it cannot be started. */
  async start(program: Program, watch: Watch): Promise<Running> {
    guardExit(this);
    const pipes = await takePipes();
    const child = await spawnWith(pipes, program, { ...program.env, [MARK]: markOf(this.#mark) });
    const [stdout, stderr] = pipes?.readers ?? [child.stdout!, child.stderr!];
    const group = new ProcessGroup(child.pid!);
    this.#groups.add(group);
    watchGroup(group.id);
    return { group, ended: this.#see({ child, group, streams: { stdout, stderr } }, watch, pipes) };
  }

  /** Ends a group whole: at once for processes that listen, after two seconds for those that do not. */
  async end(group: ProcessGroup): Promise<void> {
    await group.end();
    this.#forget(group);
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#groups].map((group) => this.end(group)));
    this.#killMarked();
    clearInterval(this.#look);
    this.#look = undefined;
    releaseExit(this);
  }

  killAllNow(): void {
    const latest = performance.now() + CLEARING;
    do {
      for (const group of this.#groups) group.send("SIGKILL");
      this.#killMarked();
    } while (this.#isAnyLeft() && performance.now() < latest && pause());
  }

  async #see(followed: Followed, watch: Watch, pipes: Pipes | undefined): Promise<Ending> {
    const { dry, ...exit } = await follow(followed, watch);
    if (dry) pipes?.release();
    else {
      pipes?.abandon();
      letGo(followed);
    }
    const left = !(await followed.group.gone(PARTING));
    if (!left) this.#forget(followed.group);
    // Its number is free for others once its last member is gone, so it must not stay on the list.
    else this.#look ??= setInterval(() => this.#forgetEnded(), LOOK).unref();
    return { ...exit, left };
  }

  /** Only Linux tells a process that is gone from one that waits to be collected, which nobody does any more. */
  #isAnyLeft(): boolean {
    if (process.platform !== "linux") return false;
    return [...this.#groups].some((group) => group.isAlive()) || findMarked(this.#mark, this.limit).length > 0;
  }

  #forgetEnded(): void {
    for (const group of this.#groups) if (!group.isAlive()) this.#forget(group);
  }

  #forget(group: ProcessGroup): void {
    this.#groups.delete(group);
    forgetGroup(group.id);
  }

  #killMarked(): void {
    for (const pid of findMarked(this.#mark, this.limit)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself in the meantime.
      }
    }
  }
}

/** Rejects when the system refuses; nothing is then left open. */
async function spawnWith(pipes: Pipes | undefined, program: Program, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const { file, args, cwd } = program;
  try {
    const child = spawn(file, args, { cwd, env, detached: true, stdio: stdioOf(program, pipes) });
    const failure = new Promise<Error>((resolve) => void child.on("error", resolve));
    if (child.pid === undefined) throw await failure;
    return child;
  } catch (error) {
    for (const reader of pipes?.readers ?? []) reader.destroy();
    pipes?.abandon();
    if (codeOf(error) === "E2BIG") throw new UserError("The arguments are longer than the system takes.");
    throw error;
  } finally {
    pipes?.started();
  }
}

/** Waits a millisecond although nothing else can run. */
function pause(): true {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  return true;
}

function stdioOf({ report, files }: Program, pipes: Pipes | undefined): StdioOptions {
  const own: ("ignore" | "pipe" | number)[] = ["ignore", ...(pipes?.writers ?? ["pipe" as const, "pipe" as const])];
  if (report !== undefined) own[REPORT] = report;
  for (const [number, file] of files ?? []) own[number] = file;
  return Array.from(own, (entry) => entry ?? "ignore");
}
