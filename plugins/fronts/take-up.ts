import type { KernelView } from "../../core/types.js";
import type { Block, ResultContent } from "../../schemas/message.js";
import type { Session } from "../../schemas/session.js";

/** What came of a call that an earlier run had put off. */
export type TakenUp =
  /** It ran, or was refused for good: the model is told so. */
  | { readonly is: "done"; readonly told: readonly Block[] }
  /** It was put off once more. */
  | { readonly is: "put off"; readonly reason: string }
  /** Its tool is not there any more. */
  | { readonly is: "unavailable"; readonly tool: string };

/**
 * Puts the call at which the last run ended before all gates and the person again, and runs it where they let it pass.
 * Undefined when there is none.
 */
export async function takeUp(kernel: KernelView, session: Session, signal: AbortSignal): Promise<TakenUp | undefined> {
  if (!session.putOff) return undefined;
  const { id: _, ...call } = session.putOff;
  const isThere = kernel.all("tool").some(({ name }) => name === call.name) && session.offers(call.name);
  if (!isThere) return { is: "unavailable", tool: call.name };
  const { output, ran, refused } = await session.use(call, { signal });
  if (refused?.behavior === "defer") return { is: "put off", reason: refused.reason };
  const begin = ran
    ? `The call of ${call.name} that was put off has now been made. Its result${output.isError ? " (an error)" : ""}:`
    : `The call of ${call.name} that was put off was not made:`;
  return { is: "done", told: [{ type: "text", text: begin }, ...blocksOf(output.content)] };
}

function blocksOf(content: string | readonly ResultContent[]): readonly Block[] {
  if (typeof content === "string") return [{ type: "text", text: content === "" ? "(no output)" : content }];
  return content.filter((part): part is ResultContent & Block => part.type === "text" || part.type === "image");
}
