import type { KernelView } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import { EVENTS } from "./events.js";
import type { Hook } from "./hook.js";
import type { Firing } from "./scene.js";

/** The hooks that an event is for. `say` is told of rules that are none. */
export async function selected(
  hooks: readonly Hook[],
  firing: Firing,
  kernel: KernelView,
  say: (sentence: string) => void,
): Promise<readonly Hook[]> {
  const facts = EVENTS.get(firing.event);
  const found: Hook[] = [];
  const seen = new Set<string>();
  for (const hook of hooks) {
    if (facts?.matches !== undefined && !hook.matches(firing.value ?? "")) continue;
    if (hook.handler.if !== undefined && !(await fits(hook, firing, kernel, say))) continue;
    // What two settings files say alike is meant once; a plugin's copy is its own.
    if (hook.source.kind === "settings") {
      const key = JSON.stringify(hook.handler);
      if (seen.has(key)) continue;
      seen.add(key);
    }
    found.push(hook);
  }
  return found;
}

/** Whether the call is one that the hook's `if` asks about. Where that cannot be told, it is. */
async function fits(
  { handler, source }: Hook,
  { event, call, scene }: Firing,
  kernel: KernelView,
  say: (sentence: string) => void,
): Promise<boolean> {
  if (EVENTS.get(event)?.call !== true || !call) return false;
  const permissions = await kernel.service("permissions");
  if (!permissions || !scene.session) return true;
  try {
    return await permissions.matches(scene.session, handler.if ?? "", call);
  } catch (error) {
    say(`${source.file}: the "if" of a ${event} hook does not count: ${messageOf(error)}`);
    return true;
  }
}
