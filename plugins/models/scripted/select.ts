import type { Message } from "../../../schemas/message.js";
import type { ModelRequest } from "../../../schemas/provider.js";
import { hasResults, spoken } from "./conversation.js";
import { matches } from "../../../schemas/text-pattern.js";
import { lengthOf, stepAt, type Branch, type Script, type Step } from "./script.js";

/**
 * The turn that answers a request, or a sentence why there is none. A function of the conversation alone: the main line
 * stands where as many answers were given as the conversation holds, a branch where as many were given since its prompt.
 */
export function selectStep(script: Script, request: ModelRequest): Step | string {
  const { branch, position } = locate(script, request);
  const step = stepAt(branch, position);
  if (step) return step;
  const turns = (count: number): string => `${count} turn${count === 1 ? "" : "s"}`;
  if (branch.steps.length === 0 && script.branches.length > 0)
    return `script ${script.name} has no turn for this prompt: every turn belongs to a \`when\` that does not match`;
  const part = branch.when ? `, branch of turn ${branch.steps[0]?.number},` : "";
  return `script ${script.name}${part} ended after ${turns(lengthOf(branch))}, but the conversation goes on`;
}

function locate(script: Script, request: ModelRequest): { branch: Branch; position: number } {
  if (script.branches.length === 0) {
    let position = 0;
    for (const { role } of request.messages) if (role === "assistant") position += 1;
    return { branch: script.main, position };
  }
  let branch = script.main;
  let [onMain, onBranch] = [0, 0];
  for (const run of runs(request.messages)) {
    const chosen = branchFor(script, request, run);
    if (chosen) [branch, onBranch] = [chosen, 0];
    if (!run.answered) continue;
    if (branch.when) onBranch += 1;
    else onMain += 1;
  }
  return { branch, position: branch.when ? onBranch : onMain };
}

interface Run {
  readonly prompts: readonly string[];
  readonly results: boolean;
  readonly answered: boolean;
}

/** What the user's side said before each answer, and at the end. */
function* runs(messages: readonly Message[]): Generator<Run> {
  let prompts: string[] = [];
  let results = false;
  for (const message of messages) {
    if (message.role === "assistant") {
      yield { prompts, results, answered: true };
      [prompts, results] = [[], false];
    } else if (hasResults(message)) results = true;
    else prompts.push(spoken(message));
  }
  yield { prompts, results, answered: false };
}

/** Where a run leads; undefined: on as before. Words that come along with tool results leave a branch only for another. */
function branchFor(script: Script, request: ModelRequest, run: Run): Branch | undefined {
  if (run.prompts.length === 0) return undefined;
  const prompt = run.prompts.join("\n");
  const found = script.branches.find(({ when }) => {
    if (when?.model !== undefined && !matches(when.model, request.model)) return false;
    if (when?.system !== undefined && !matches(when.system, request.system.join("\n"))) return false;
    return when?.prompt === undefined || matches(when.prompt, prompt);
  });
  return found ?? (run.results ? undefined : script.main);
}
