import { closeSync, existsSync, mkdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { SandboxedProgram } from "../../../../schemas/guards.js";
import { messageOf, UserError } from "../../../../schemas/errors.js";
import { printable } from "../../../../schemas/printable.js";
import { Door, type Judge } from "../network/door.js";
import { proxyEnv, withoutProxies } from "../network/proxy-env.js";
import type { Policy } from "../policy/policy.js";
import { refusals } from "../refusals.js";
import { Accepted } from "./accepted.js";
import { commandInside, type Command } from "./command.js";
import { cutOff, RunningNote, type CutOff } from "./cut-off.js";
import { disarm } from "./disarm.js";
import { FILTER, openFilter } from "./filter.js";
import { Ground, type Walls } from "./ground.js";
import { inheritedCovered } from "./inherited.js";
import { withoutLoader } from "./loader-env.js";
import { Observer } from "./observer.js";
import { note, placeholders, sweepPlaceholders } from "./placeholders.js";
import type { Programs } from "./programs.js";
import { SOCKETS, type SocketFolder } from "./socket-folder.js";

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
  /** It was let pass because of the walls: rejects where not everything can be guarded. */
  readonly relying?: boolean;
}

/** What is said where not everything can be guarded. */
export const PARTIAL =
  "There are too many folders or protected files here for the sandbox to guard them all, so that commands are asked about as usual.";

const UNSEEN = "Sandbox: There are more folders now than it can look through, so not all that was made was looked at.";

/** Lines about what came to be that are told of one command. */
const MOST_TOLD = 20;

function first(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_TOLD) return lines;
  return [...lines.slice(0, MOST_TOLD), `Sandbox: The same of ${lines.length - MOST_TOLD} more.`];
}

function doubtful(path: string): string {
  return `Sandbox: ${printable(path)} decides over what runs later and came to be while a command in the sandbox was running too: look at it.`;
}

function unwatched(path: string): string {
  return `Sandbox: ${printable(path)} decides over what runs later and came to be since nacre was killed while a command ran: look at it.`;
}

interface Running {
  readonly command: string;
  readonly walls: Walls;
  readonly opened: readonly { close(): void }[];
  readonly observer: Observer | undefined;
  readonly door: Door | undefined;
  /** What others have made meanwhile, and may. */
  readonly accepted: Accepted;
  /** What was taken from it while it ran. */
  readonly told: string[];
}

/** The walls of one session's commands on Linux. */
export class Box {
  readonly ground: Ground;
  readonly #note: RunningNote;
  readonly #parts: BoxParts;
  readonly #running = new Set<Running>();
  #prepared = false;
  #partial: boolean | undefined;

  constructor(parts: BoxParts) {
    this.#parts = parts;
    this.#note = new RunningNote(parts.notes);
    this.ground = new Ground(parts.policy);
  }

  /** There are more files and folders, as of the last look, than can be guarded. */
  get isPartial(): boolean {
    return (this.#partial ??= this.ground.look().cut);
  }

  /** The program that runs a command behind the walls. Everything it needs is there until `finished` is called. */
  async wrap(wanted: Wanted): Promise<SandboxedProgram> {
    const { policy, programs, sockets, notes } = this.#parts;
    const left = this.#prepare();
    const seen = this.#lookAfterOthers();
    this.#partial = seen.cut;
    if (seen.cut && wanted.relying) throw new UserError(`The command was not run. ${PARTIAL} Call it again.`);
    const release = placeholders(seen.taken, notes);
    const opened: { close(): void }[] = [{ close: release }];
    try {
      const walls = settled(seen);
      const observer = programs.helper === undefined ? undefined : await Observer.open(sockets.next());
      if (observer) opened.unshift(observer);
      const filter = openFilter(programs.filter, sockets.next());
      opened.push({ close: () => closeSync(filter) });
      const door = wanted.judge && (await this.#door(wanted.judge));
      if (door) opened.unshift(door);
      const { command, env } = withoutLoader(wanted, wanted.env, programs.bash);
      const inside = commandInside(command, {
        programs,
        walls,
        cwd: wanted.cwd,
        weakerNested: policy.weakerNested,
        ...(door && { relay: door.path }),
        ...(observer && { observer: observer.path }),
        ...(wanted.terminal && { terminal: true }),
      });
      const running: Running = {
        walls,
        command: wanted.command,
        opened,
        observer,
        door,
        accepted: new Accepted(),
        told: left.flatMap((since) => since(seen)).map(unwatched),
      };
      if (this.#running.size === 0) this.#note.write(seen);
      this.#running.add(running);
      const finished: SandboxedProgram["finished"] = (exit) => this.#finish(running, exit);
      const files = new Map([...inheritedCovered(), [FILTER, filter]]);
      return { ...inside, files, env: this.#env(env, door !== undefined), finished };
    } catch (error) {
      for (const one of opened) one.close();
      throw error;
    }
  }

  /** The first command puts in order what killed processes have left, and says what came to be since. */
  #prepare(): readonly CutOff[] {
    const { policy, sockets, notes } = this.#parts;
    mkdirSync(policy.scratch, { recursive: true, mode: 0o700 });
    if (this.#prepared) return [];
    this.#prepared = true;
    sweepPlaceholders(notes, SOCKETS);
    note(notes, [sockets.path]);
    return cutOff(notes, policy.folders);
  }

  async #finish(
    running: Running,
    exit: { readonly code: number | undefined; readonly output: string },
  ): Promise<readonly string[]> {
    const { walls, command, opened, observer, door, accepted, told } = running;
    if (!this.#running.has(running)) return [];
    await observer?.drained();
    for (const one of opened) one.close();
    const seen = { writes: observer?.writes ?? [], hosts: door?.refused ?? [], network: door !== undefined };
    try {
      const after = this.ground.look();
      // What is renamed now may have been what was too much.
      this.#partial = after.cut ? undefined : false;
      return [
        ...refusals({ ...exit, ...seen, command, walls, ignored: this.#parts.ignored }),
        ...first([...told, ...disarm(walls, after, accepted)]),
        ...(after.unseen && !walls.unseen ? [UNSEEN] : []),
      ];
    } catch (error) {
      return [`Sandbox: What the command made could not be looked at: ${printable(messageOf(error))}.`];
    } finally {
      this.#running.delete(running);
      if (this.#running.size === 0) this.#note.clear();
    }
  }

  /** Resolves when no command runs any more, or after a while with false: their end is somebody else's to bring about. */
  async idle(): Promise<boolean> {
    const latest = performance.now() + PATIENCE;
    while (this.#running.size > 0 && performance.now() < latest) await wait(20);
    return this.#running.size === 0;
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
    const { known } = this.ground.look();
    return () => {
      const made = [...this.ground.look().known.keys()].filter((path) => !known.has(path));
      this.accept(made);
      return first([...told, ...made.map(doubtful)]);
    };
  }

  /** What commands in the background have made until now is disarmed, for they may run for hours. */
  #lookAfterOthers(): Walls {
    const seen = this.ground.look();
    let isChanged = false;
    for (const { walls, accepted, told } of this.#running) {
      const lines = disarm(walls, seen, accepted);
      told.push(...lines);
      isChanged ||= lines.length > 0;
    }
    return isChanged ? this.ground.look() : seen;
  }

  #disarmNow(): readonly string[] {
    const now = this.ground.look();
    return [...this.#running].flatMap(({ walls, accepted }) => disarm(walls, now, accepted));
  }

  async #door(judge: Judge): Promise<Door & { readonly path: string }> {
    const path = this.#parts.sockets.next();
    return Object.assign(await Door.open({ path }, this.#parts.policy.hosts, judge), { path });
  }

  #env(env: NodeJS.ProcessEnv, network: boolean): NodeJS.ProcessEnv {
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
