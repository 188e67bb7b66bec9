import type { HookRun, HookWatcher } from "./client-hooks.js";
import type { StreamLines } from "./stream-lines.js";

/** Tells of the client's hooks as lines of their own. */
export function hookLines(lines: StreamLines): HookWatcher {
  const facts = ({ id, name, event }: HookRun): object => ({ hook_id: id, hook_name: name, hook_event: event });
  return {
    started: (run) => lines.add({ type: "system", subtype: "hook_started", ...facts(run) }),
    ended: (run, output, outcome) => {
      const said = { output, stdout: output, stderr: "" };
      lines.add({ type: "system", subtype: "hook_response", ...facts(run), ...said, outcome });
    },
  };
}
