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
  const added = textIn(kernel, "agents.append_prompt");
  const environment = await environmentOf(kernel, place);
  return [[prompt, ...added].join("\n\n"), [ALONE, ...environment].join("\n")].filter((text) => text !== "");
}

/** The whole system prompt of the main conversation where it works as an agent. */
export async function mainSystemFor(kernel: KernelView, prompt: string): Promise<readonly string[]> {
  const environment = await environmentOf(kernel, { cwd: kernel.cwd, model: "" });
  const rest = [...environment, ...textIn(kernel, "instructions.append")].join("\n\n");
  return [prompt, rest].filter((text) => text !== "");
}

function environmentOf(
  kernel: KernelView,
  place: { readonly cwd: string; readonly model: string },
): Promise<readonly string[]> {
  const parts = {
    settings: { get: () => undefined },
    plugins: [],
    all: () => kernel.all("context").filter(({ name }) => name === ENVIRONMENT),
    get: (kind: "context", name: string) => kernel.get(kind, name),
  };
  return systemPrompt(parts, { ...place, now: kernel.clock.now() });
}

function textIn(kernel: KernelView, setting: string): readonly string[] {
  const text = kernel.settings.get(setting);
  return typeof text === "string" && text !== "" ? [text] : [];
}
