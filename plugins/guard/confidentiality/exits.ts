import { resolve } from "node:path";
import type { KernelView } from "../../../core/types.js";
import type { PendingCall } from "../../../schemas/decision.js";
import type { Session } from "../../../schemas/session.js";
import { gitExit } from "./git-exit.js";
import type { Leaving } from "./look.js";
import { namedFiles } from "./named-files.js";
import { mayLeave, shellExit } from "./shell-exit.js";

const NOTIFIES = /notif|e-?mail|slack/i;

/** Tools of servers and of notices whose names say that they hand on the files they are told of. */
const SENDS_FILES =
  /^mcp__.*(?:upload|attach|send|post|publish|share|deploy|submit|import|sync|push|release)|notif|e-?mail|slack/i;

/** Whether a call can send anything away. Asked about every call, so it only looks at words. */
export function isExit({ call, effect }: Pick<PendingCall, "call" | "effect">): boolean {
  const { name, input } = call;
  if (name === "Bash") return typeof input["command"] === "string" && mayLeave(input["command"]);
  if (name === "Git") return effect !== "read";
  return effect === "network" || name === "GitHub" || name.startsWith("mcp__") || NOTIFIES.test(name);
}

/** Everything that leaves with a call, or is written down to leave later. */
export async function exitsOf(
  kernel: KernelView,
  { call }: PendingCall,
  session: Session,
): Promise<readonly Leaving[]> {
  const { name, input } = call;
  if (name === "Bash") return shellExit(kernel, String(input["command"]), session.cwd);
  const args = Array.isArray(input["args"]) ? input["args"].map(String) : [];
  const cwd = resolve(session.cwd, typeof input["cwd"] === "string" ? input["cwd"] : ".");
  if (name === "Git") return gitExit(kernel, { args, cwd });
  const leaving = Object.entries(input).map(([key, value]): Leaving => {
    const text = textsIn(value).join("\n");
    return { place: `${key} of ${name}`, text, inInput: true };
  });
  const { HOME: home } = kernel.env;
  if (name === "GitHub") leaving.push(...namedFiles(args, { cwd, home, place: "the file that is sent," }));
  if (name === "GitHub" && args.includes("--push")) leaving.push(...(await gitExit(kernel, { args: ["push"], cwd })));
  if (SENDS_FILES.test(name)) {
    const words = Object.values(input).flatMap(textsIn);
    leaving.push(...namedFiles(words, { cwd, home, place: "the file that is sent,", skips: new Set() }));
  }
  return leaving;
}

/** All texts of a value, the names of its members included. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [String(value)];
  return Object.entries(value).flatMap(([key, item]) => [...(Array.isArray(value) ? [] : [key]), ...textsIn(item)]);
}
