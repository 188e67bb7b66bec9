import type { KernelView } from "../../../core/types.js";
import type { Answer, Ask, Question } from "../../../schemas/decision.js";
import type { Session } from "../../../schemas/session.js";
import { answerOf, denial, keepRules } from "./answer-of.js";
import type { Client, Reply } from "./client.js";
import type { ClientHooks } from "./client-hooks.js";

export interface Asked {
  readonly kernel: KernelView;
  readonly client: Client;
  readonly hooks: ClientHooks;
  /** The session the answer's rules go to. */
  session(): Session | undefined;
  /** Whether the client answers questions itself, beside its hooks. */
  readonly answers: boolean;
}

/** Puts a question to the client: to its hooks first, then to itself. */
export function askClient(asked: Asked): Ask {
  return async (question, signal) => {
    const answer = (await askHooks(asked, question, signal)) ?? (await askCallback(asked, question, signal));
    if (answer?.behavior === "allow") await keepRules(asked.kernel, asked.session(), answer);
    return answer;
  };
}

async function askHooks(
  { hooks, session }: Asked,
  question: Question,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const main = session();
  if (!main || !hooks.has("PermissionRequest")) return undefined;
  const { call, suggestions } = question;
  const input = { tool_name: call.name, tool_input: call.input, permission_suggestions: suggestions };
  const outputs = await hooks.fire("PermissionRequest", { session: main, value: call.name, input, signal });
  const answers = outputs.flatMap(({ answer, block }) =>
    answer ? answerOf(answer, question) : block === undefined ? [] : denial(block),
  );
  return answers.find(({ behavior }) => behavior === "deny") ?? answers[0];
}

async function askCallback(
  { client, answers }: Asked,
  question: Question,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  if (!answers) return undefined;
  const { call, suggestions, blockedPath, reason, agent } = question;
  const reply = await client.ask(
    {
      subtype: "can_use_tool",
      tool_name: call.name,
      input: call.input,
      tool_use_id: call.id,
      permission_suggestions: suggestions,
      ...(blockedPath !== undefined && { blocked_path: blockedPath }),
      decision_reason: reason,
      ...(agent && { agent_id: agent.id }),
    },
    { signal },
  );
  return replied(reply, question);
}

function replied(reply: Reply, question: Question): Answer | undefined {
  switch (reply.is) {
    case "answer":
      return answerOf(reply.value, question);
    case "error":
      return denial(`The client could not decide: ${reply.message}`);
    case "aborted":
      return denial("Interrupted before it ran. Nothing was done.");
    default:
      return undefined;
  }
}
