import type { KernelView } from "../../core/types.js";
import type { CommandAnswer, CommandCall } from "../../schemas/command.js";
import { forks } from "./forks.js";
import type { NamedPart } from "./part-names.js";
import { readSource, type PromptSource } from "./prompt-source.js";
import type { PromptUser } from "./use-prompt.js";

export interface Answering {
  readonly kernel: KernelView;
  readonly user: PromptUser;
  /** Puts what belongs before the expanded body. */
  readonly dress?: (source: PromptSource, text: string) => string;
}

/** What comes of a typed skill or command file: its text, or, where it forks, the answer of its agent. */
export async function answerOf(
  { name, part }: NamedPart,
  { args, session, signal }: CommandCall,
  { kernel, user, dress = (_, text) => text }: Answering,
): Promise<CommandAnswer> {
  const source = await readSource(kernel, part, name);
  const use = { session, args, signal };
  if (!forks(source)) {
    return { prompt: [{ type: "text", text: dress(source, await user.text(source, use)) }] };
  }
  const answer = await user.fork(source, use);
  // The model was not asked; it reads of it with the next prompt.
  const typed = args === "" ? `/${name}` : `/${name} ${args}`;
  session.append([{ type: "text", text: `${typed} ran in an agent. It answered:\n\n${answer}` }], "user");
  return { answer };
}
