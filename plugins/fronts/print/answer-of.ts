import { isDeepStrictEqual } from "node:util";
import type { KernelView } from "../../../core/types.js";
import type { Answer, Question } from "../../../schemas/decision.js";
import { messageOf } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import { updatesOf } from "./hook-output.js";

/** A program's answer to a question. What does not say "allow" in so many words denies. */
export function answerOf(value: JsonObject, { call }: Pick<Question, "call">): Answer {
  const { behavior, updatedInput: input, updatedPermissions, message, interrupt } = value;
  if (behavior === "allow") {
    if (input !== undefined && !isObject(input)) return denial("The client's answer has an input that is no object.");
    const isNew = input !== undefined && !isDeepStrictEqual(input, call.input);
    const updates = updatesOf(updatedPermissions);
    return { behavior, ...(isNew && { input }), ...(updates.length > 0 && { updates }) };
  }
  if (behavior !== "deny") return denial("The client's answer is neither allow nor deny.");
  const words = typeof message === "string" && message !== "" ? message : "The user does not want this to be done.";
  return { behavior, message: words, ...(interrupt === true && { interrupt }) };
}

/** A no with its reason. */
export function denial(message: string): Answer {
  return { behavior: "deny", message };
}

/** Lets the rules that came with an answer count from now on. */
export async function keepRules(
  kernel: KernelView,
  session: Session | undefined,
  { updates = [] }: Answer & { readonly behavior: "allow" },
): Promise<void> {
  if (!session || updates.length === 0) return;
  try {
    await (await kernel.service("permissions"))?.apply(session, updates);
  } catch (error) {
    const text = `The client's answer holds for this call only: ${messageOf(error)}`;
    session.emit({ type: "notice", at: kernel.clock.now(), level: "warning", text });
  }
}
