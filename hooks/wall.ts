import { UserError, messageOf } from "../schemas/errors.js";
import type { Bill, Line } from "./bill.js";

/**
 * Runs one call into a plugin: timed, counted, and given up after `deadline` milliseconds. Rejects with what the
 * plugin threw, or with a sentence that names it when it took too long.
 */
export interface Wall {
  call<T>(plugin: string, place: string, deadline: number, run: () => T | Promise<T>): Promise<T>;
  /** The same for a function that is called with everything that happens, and must answer at once. It never throws. */
  watcher<Given extends readonly unknown[]>(
    plugin: string,
    place: string,
    watch: (...given: Given) => void,
  ): (...given: Given) => void;
  /** A watcher or helper failed and nothing else did: say so, and cut the plugin off if it goes on. */
  report(plugin: string, place: string, error: unknown): void;
}

/** What a tap carries beside its function; tapable hands it to `register`. */
export interface TapFacts {
  readonly name: string;
  readonly deadline?: number;
}

/** After so many failures in watching, a plugin is cut off. */
const PATIENCE = 3;

/** Told of a plugin's failure; `last` when it is to be cut off. */
export type Trouble = (plugin: string, sentence: string, last: boolean) => void;

/** The wall between the kernel and each plugin. */
export function createWall(bill: Bill, trouble: Trouble): Wall {
  const failures = new Map<string, number>();

  function report(plugin: string, place: string, error: unknown): void {
    const count = (failures.get(plugin) ?? 0) + 1;
    failures.set(plugin, count);
    trouble(plugin, `Plugin "${plugin}" failed in ${place}: ${messageOf(error)}`, count === PATIENCE);
  }

  return {
    report,
    watcher(plugin, place, watch) {
      let line: Line | undefined; // Looked up once: each piece of an answer comes through here.
      return (...given) => {
        const start = performance.now();
        line ??= bill.line(plugin, place);
        try {
          watch(...given);
          line.add(performance.now() - start);
        } catch (error) {
          bill.add(plugin, place, performance.now() - start, true);
          report(plugin, place, error);
        }
      };
    },
    async call(plugin, place, deadline, run) {
      const start = performance.now();
      let failed: boolean | "late" = true;
      try {
        const value = await withDeadline(run(), place, deadline);
        failed = false;
        return value;
      } catch (error) {
        if (error instanceof Late) failed = "late";
        throw error;
      } finally {
        bill.add(plugin, place, performance.now() - start, failed);
      }
    },
  };
}

/** A call that was given up. */
class Late extends UserError {}

async function withDeadline<T>(value: T | Promise<T>, place: string, deadline: number): Promise<T> {
  if (!(value instanceof Promise) || !Number.isFinite(deadline)) return value;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Late(`it did not answer within ${deadline / 1000} s in ${place}`));
    }, deadline);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
