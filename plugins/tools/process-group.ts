import { setTimeout as wait } from "node:timers/promises";
import { listProcesses, readProcess } from "./proc.js";

/** Milliseconds between the request to end and the end by force. */
const GRACE = 2_000;

/** How long to wait for the system to clear away what was killed; a process stuck in the kernel never goes. */
const CLEARING = 500;

/** The processes a command started, as far as they stayed together. Its id is the pid of the first. */
export class ProcessGroup {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }

  /** False when nobody is left to receive it. */
  send(signal: NodeJS.Signals | 0): boolean {
    try {
      process.kill(-this.id, signal);
      return true;
    } catch {
      return false;
    }
  }

  /** Whether a process of the group still runs; one that only waits to be collected by its parent does not. */
  isAlive(): boolean {
    if (!this.send(0)) return false;
    // Where nothing can be listed, the system's word has to do.
    return listProcesses().length === 0 || hasRunningMember(this.id);
  }

  /** Asks every process to end, makes the rest end, and resolves when none is left. */
  async end(): Promise<void> {
    this.send("SIGTERM");
    // A stopped process takes the request only once it goes on.
    this.send("SIGCONT");
    if (await this.gone(GRACE)) return;
    this.send("SIGKILL");
    await this.gone(CLEARING);
  }

  /** Resolves as soon as none is left, with false after so many milliseconds. */
  async gone(within: number): Promise<boolean> {
    const latest = performance.now() + within;
    for (let pause = 4; this.isAlive(); pause = Math.min(pause * 2, 64)) {
      const left = latest - performance.now();
      if (left <= 0) return false;
      await wait(Math.min(pause, left));
    }
    return true;
  }
}

function hasRunningMember(group: number): boolean {
  return listProcesses().some((pid) => {
    // The name in parentheses may hold anything, so the fields are counted from its end.
    const stat = readProcess(pid, "stat").toString("latin1");
    const [state, , pgrp] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(pgrp) === group && state !== "Z" && state !== "X";
  });
}
