import type { LostGate } from "../../../schemas/trusted.js";
import { EVENTS } from "./events.js";
import type { Hook } from "./hook.js";
import { matcher, type Matcher } from "./matcher.js";

/** Stand in the place of hooks that judged calls and have become something else: what those judged is asked about. */
export function lostHooks(gates: readonly LostGate[]): readonly Hook[] {
  return gates.map(({ file, matcher: pattern }) => ({
    event: "PreToolUse",
    ...(pattern !== undefined && { matcher: pattern }),
    handler: { type: "command", command: "(changed since its folder was trusted)" },
    source: { kind: "plugin", label: "project", file },
    matches: matcherOf(pattern),
    held:
      `A hook in ${file} that judges these calls does not run, because it or a program it names has changed since its ` +
      "folder was trusted. Look at it with nacre trust show, and agree with nacre trust.",
  }));
}

/** One that cannot be read matches everything: nobody knows what it judged. */
function matcherOf(pattern: string | undefined): Matcher {
  try {
    return matcher(pattern, EVENTS.get("PreToolUse")?.narrow);
  } catch {
    return () => true;
  }
}
