import { boot, type BootOptions, type Shell } from "../../../test/boot.js";
import type { HookEvent } from "../../../schemas/event.js";

/** A shell whose settings hold these hooks. */
export function withHooks(hooks: object, options: Partial<BootOptions> = {}): Promise<Shell> {
  const { plugins = [], settings, ...rest } = options;
  return boot({
    plugins: ["shell-hooks", ...plugins],
    script: [],
    settings: { hooks, ...settings },
    ...rest,
  });
}

/** One command for an event. */
export function command(text: string, more: object = {}, matcher?: string): object[] {
  return [{ ...(matcher !== undefined && { matcher }), hooks: [{ type: "command", command: text, ...more }] }];
}

/** What ran, as it is recorded. */
export function ran(shell: Shell): HookEvent[] {
  return shell.events.filter((event) => event.type === "hook");
}

export function notices(shell: Shell): string[] {
  return shell.events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
}

export async function until(holds: () => boolean, most = 5_000): Promise<void> {
  const latest = performance.now() + most;
  while (!holds()) {
    if (performance.now() > latest) throw new Error("It did not happen in time.");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
