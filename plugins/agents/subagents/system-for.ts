import type { KernelView } from "../../../core/types.js";
import { systemPrompt } from "../../../hooks/system-prompt.js";

const ALONE =
  "You work for another agent, which sees nothing of this but your last message. You cannot ask anybody anything.";

/** The part of the usual prompt that says where the work is done. */
const ENVIRONMENT = "place";

/** The whole system prompt of an agent: its own words, and where it works. What the main conversation is told stays out. */
export async function systemFor(
  kernel: KernelView,
  prompt: string,
  place: { readonly cwd: string; readonly model: string },
): Promise<readonly string[]> {
  const added = kernel.settings.get("agents.append_prompt");
  const parts = {
    settings: { get: () => undefined },
    all: () => kernel.all("context").filter(({ name }) => name === ENVIRONMENT),
    get: (kind: "context", name: string) => kernel.get(kind, name),
  };
  const environment = await systemPrompt(parts, { ...place, now: kernel.clock.now() });
  const own = typeof added === "string" && added !== "" ? [prompt, added] : [prompt];
  return [own.join("\n\n"), [ALONE, ...environment].join("\n")].filter((text) => text !== "");
}
