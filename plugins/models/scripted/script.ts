import type { Condition, Turn } from "./turn.js";

/** A turn and where it stands, for messages about it. */
export interface Step {
  readonly turn: Turn;
  /** Place in the script, from 1. */
  readonly number: number;
  /** `file:line`. */
  readonly place: string;
}

/** Turns that follow each other. Without `when`: the main line. */
export interface Branch {
  readonly when?: Condition;
  readonly steps: readonly Step[];
}

export interface Script {
  readonly name: string;
  readonly main: Branch;
  readonly branches: readonly Branch[];
}

/** A condition in its long spelling; `short` says what a bare text means. */
export function conditionOf(
  condition: string | Condition,
  short: "prompt" | "message",
): Condition & { message?: string } {
  return typeof condition === "string" ? { [short]: condition } : condition;
}

/** Puts turns into their branches. `placeOf` names where the n-th turn (from 0) stands. */
export function scriptOf(turns: readonly Turn[], name: string, placeOf: (index: number) => string): Script {
  const main: Step[] = [];
  const branches: { when: Condition; steps: Step[] }[] = [];
  let open = main;
  for (const [index, turn] of turns.entries()) {
    if (turn.when !== undefined) {
      open = [];
      branches.push({ when: conditionOf(turn.when, "prompt"), steps: open });
    }
    open.push({ turn, number: index + 1, place: placeOf(index) });
  }
  return { name, main: { steps: main }, branches };
}

/** The step at a position of a branch, counting repetitions; undefined past its end. */
export function stepAt(branch: Branch, position: number): Step | undefined {
  let left = position;
  for (const step of branch.steps) {
    const times = step.turn.repeat ?? 1;
    if (times === true || left < times) return step;
    left -= times;
  }
  return undefined;
}

/** How many answers a branch gives, counting repetitions. */
export function lengthOf(branch: Branch): number {
  let length = 0;
  for (const { turn } of branch.steps) length += turn.repeat === true ? Number.POSITIVE_INFINITY : (turn.repeat ?? 1);
  return length;
}
