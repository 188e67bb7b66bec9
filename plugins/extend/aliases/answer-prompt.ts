import { UNATTENDED } from "../../../hooks/judge.js";
import type { Prompt } from "../../../hooks/user-prompt-submit.js";
import { messageOf } from "../../../schemas/errors.js";
import type { Session } from "../../../schemas/session.js";
import type { AliasDesk } from "./desk.js";

/** `@name`, a plugin's too, with arguments on its line; what stands on further lines was piped in. */
const TYPED = /^\s*@((?:[^\s:@/\\]+:)?[A-Za-z_][A-Za-z0-9_-]*)(?:[ \t]+([^\r\n]*))?(?:\r?\n([^]*))?$/;

/** Answers a prompt that calls an alias. Undefined where it calls none: then it goes on as it is. */
export async function answerPrompt(
  prompt: Prompt,
  session: Session,
  { desk, signal }: { readonly desk: AliasDesk; readonly signal: AbortSignal },
): Promise<Prompt | undefined> {
  const [block] = prompt.content;
  if (prompt.content.length !== 1 || block?.type !== "text") return undefined;
  const [, name, args = "", input] = TYPED.exec(block.text) ?? [];
  const found = name === undefined ? undefined : (await desk.book()).find(name);
  if (!found) return undefined;
  try {
    const piped = input?.replace(/^\r?\n/, "");
    const { ok, text, refused } = await desk.run(found, { session, signal, args, ...(piped && { input: piped }) });
    // That somebody was needed is no failure of the alias: fronts end with a code of its own.
    if (ok || refused?.by === UNATTENDED) return { ...prompt, handled: text };
    return { ...prompt, blocked: text === "" ? `@${found.name} failed.` : text };
  } catch (error) {
    return { ...prompt, blocked: messageOf(error) };
  }
}
