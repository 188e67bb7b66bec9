import type { KernelView } from "../../../core/types.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { HttpLimits } from "./book.js";
import type { Hook } from "./hook.js";
import type { Raw } from "./outcome.js";
import type { Processes } from "./process.js";
import type { Firing, Inputs } from "./scene.js";
import type { Environments } from "./variables.js";

/** One hook that is to run now. */
export interface Job {
  readonly hook: Hook;
  readonly firing: Firing;
  /** For people: `PreToolUse:Bash`. */
  readonly name: string;
  /** What the hook is told. */
  readonly input: JsonObject;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Processes that are asked again and again. */
export interface Workers {
  /** Asks the worker of a hook; starts it first where need be. Never rejects. */
  ask(job: Job, desk: Desk): Promise<Raw>;
}

/** What handlers work with. */
export interface Desk {
  readonly kernel: KernelView;
  readonly processes: Processes;
  readonly inputs: Inputs;
  readonly environments: Environments;
  readonly workers: Workers;
  limits(): HttpLimits;
}

/** A run that came to no end that counts. */
export function failed(kind: "error" | "cancelled", sentence: string): Raw {
  return { stdout: "", stderr: "", failure: { kind, sentence } };
}

/** The sentence of a run that took too long. */
export function late({ name, timeout }: Job): Raw {
  return failed("cancelled", `${name} hook was cancelled: it took longer than ${timeout / 1_000} s.`);
}
