import type { KernelView } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import type { Session } from "../../../schemas/session.js";
import type { Answer } from "./answer.js";

const USAGE = "Usage: nacre why [last | ID | setting KEY | skill NAME]";

/** Answers a question. Without words it is about the last call. Throws a UserError where there is nothing to tell. */
export async function why(kernel: KernelView, words: readonly string[], session?: Session): Promise<Answer> {
  const [topic = "last", name, ...rest] = words;
  if (rest.length > 0) throw new UserError(USAGE);
  if (topic === "setting" || topic === "skill") {
    if (name === undefined) throw new UserError(USAGE);
    if (topic === "setting") return (await import("./why-setting.js")).whySetting(kernel, name);
    return (await import("./why-skill.js")).whySkill(kernel, name, session);
  }
  if (name !== undefined) throw new UserError(USAGE);
  return (await import("./why-call.js")).whyCall(kernel, topic, session);
}
