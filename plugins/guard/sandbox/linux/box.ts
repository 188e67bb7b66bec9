import { existsSync, mkdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { SandboxedProgram } from "../../../../schemas/guards.js";
import { Door, type Judge } from "../network/door.js";
import { proxyEnv, withoutProxies } from "../network/proxy-env.js";
import type { Policy } from "../policy/policy.js";
import { refusals } from "../refusals.js";
import { commandInside, type Command } from "./command.js";
import { disarm } from "./disarm.js";
import { Ground, type Walls } from "./ground.js";
import { Observer } from "./observer.js";
import { placeholders, sweepPlaceholders } from "./placeholders.js";
import type { Programs } from "./programs.js";
import type { SocketFolder } from "./socket-folder.js";

/** Milliseconds that commands may take to end when nacre does. */
const PATIENCE = 3_500;

/** What a box is made of. */
export interface BoxParts {
  readonly policy: Policy;
  readonly programs: Programs;
  readonly sockets: SocketFolder;
  /** Where it is noted what stands in the way of names, below nacre's home. */
  readonly notes: string;
  readonly ignored: Readonly<Record<string, readonly string[]>>;
}

/** A command on its way into the box. */
export interface Wanted extends Command {
  /** The shell line, for reports. */
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Whether a connection may be made; absent: none. */
  readonly judge?: Judge;
  readonly terminal?: boolean;
}

interface Running {
  readonly command: string;
  readonly walls: Walls;
  readonly opened: readonly { close(): void }[];
  readonly observer: Observer | undefined;
  readonly door: Door | undefined;
  /** What others have made meanwhile, and may. */
  readonly accepted: Set<string>;
}

/** The walls of one session's commands on Linux. */
export class Box {
  readonly ground: Ground;
  /** There were more files at the last look than can be guarded one by one. */
  isPartial = false;
  readonly #parts: BoxParts;
  readonly #running = new Set<Running>();
  #swept = false;

  constructor(parts: BoxParts) {
    this.#parts = parts;
    this.ground = new Ground(parts.policy);
  }

  /** The program that runs a command behind the walls. Everything it needs is there until `finished` is called. */
  async wrap(wanted: Wanted): Promise<SandboxedProgram> {
    const { policy, programs, sockets, notes } = this.#parts;
    if (!this.#swept) sweepPlaceholders(notes);
    this.#swept = true;
    mkdirSync(policy.scratch, { recursive: true, mode: 0o700 });
    const seen = this.ground.look();
    this.isPartial = seen.cut;
    const release = placeholders(seen.taken, notes);
    const opened: { close(): void }[] = [{ close: release }];
    try {
      const walls = settled(seen);
      const observer = programs.helper === undefined ? undefined : await Observer.open(sockets.next());
      if (observer) opened.unshift(observer);
      const door = wanted.judge && (await this.#door(wanted.judge));
      if (door) opened.unshift(door);
      const inside = commandInside(wanted, {
        programs,
        walls,
        cwd: wanted.cwd,
        weakerNested: policy.weakerNested,
        ...(door && { relay: door.path }),
        ...(observer && { observer: observer.path }),
        ...(wanted.terminal && { terminal: true }),
      });
      const running: Running = { walls, command: wanted.command, opened, observer, door, accepted: new Set() };
      this.#running.add(running);
      const finished: SandboxedProgram["finished"] = (exit) => this.#finish(running, exit);
      return { ...inside, env: this.#env(wanted, door !== undefined), finished };
    } catch (error) {
      for (const one of opened) one.close();
      throw error;
    }
  }

  async #finish(
    running: Running,
    exit: { readonly code: number | undefined; readonly output: string },
  ): Promise<readonly string[]> {
    const { walls, command, opened, observer, door, accepted } = running;
    if (!this.#running.has(running)) return [];
    await observer?.drained();
    for (const one of opened) one.close();
    const seen = { writes: observer?.writes ?? [], hosts: door?.refused ?? [], network: door !== undefined };
    const told = [
      ...refusals({ ...exit, ...seen, command, walls, ignored: this.#parts.ignored }),
      ...disarm(walls, this.ground.look(), accepted),
    ];
    this.#running.delete(running);
    return told;
  }

  /** Resolves when no command runs any more, or after a while: their end is somebody else's to bring about. */
  async idle(): Promise<void> {
    const latest = performance.now() + PATIENCE;
    while (this.#running.size > 0 && performance.now() < latest) await wait(20);
  }

  /** A file that the person let somebody else make may stay, whatever its name. */
  accept(paths: Iterable<string>): void {
    for (const path of paths) for (const { accepted } of this.#running) accepted.add(path);
  }

  /**
   * Somebody else works here for a while with the person's approval: what commands in the box have made until now is
   * disarmed, what is there afterwards may stay. Returns what ends it.
   */
  aside(): () => readonly string[] {
    if (this.#running.size === 0) return () => [];
    const told = this.#disarmNow();
    return () => {
      this.accept(this.ground.look().known.keys());
      return told;
    };
  }

  #disarmNow(): readonly string[] {
    const now = this.ground.look();
    return [...this.#running].flatMap(({ walls, accepted }) => disarm(walls, now, accepted));
  }

  async #door(judge: Judge): Promise<Door & { readonly path: string }> {
    const path = this.#parts.sockets.next();
    return Object.assign(await Door.open({ path }, this.#parts.policy.hosts, judge), { path });
  }

  #env({ env }: Wanted, network: boolean): NodeJS.ProcessEnv {
    const { policy, programs } = this.#parts;
    const { scratch, hosts } = policy;
    return {
      ...withoutProxies(env),
      ...(network && proxyEnv(hosts.allowed, programs.socat)),
      TMPDIR: scratch,
      TMP: scratch,
      TEMP: scratch,
    };
  }
}

/** What could not be put in the way must at least not be there afterwards. */
function settled(walls: Walls): Walls {
  const taken = walls.taken.filter((path) => existsSync(path));
  const unwanted = [...walls.unwanted, ...walls.taken.filter((path) => !taken.includes(path))];
  return { ...walls, taken, unwanted };
}
