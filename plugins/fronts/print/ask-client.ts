import { isDeepStrictEqual } from "node:util";
import type { KernelView } from "../../../core/types.js";
import type { Answer, Ask, Question } from "../../../schemas/decision.js";
import { messageOf } from "../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import type { Client, Reply } from "./client.js";
import type { ClientHooks } from "./client-hooks.js";
import { updatesOf } from "./hook-output.js";

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
    if (answer?.behavior === "allow") await apply(asked, answer);
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
    answer ? answerOf(answer, question) : block === undefined ? [] : deny(block),
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
      return deny(`The client could not decide: ${reply.message}`);
    case "aborted":
      return deny("Interrupted before it ran. Nothing was done.");
    default:
      return undefined;
  }
}

/** What does not say "allow" in so many words denies. */
function answerOf(value: JsonObject, { call }: Question): Answer {
  const { behavior, updatedInput: input, updatedPermissions, message, interrupt } = value;
  if (behavior === "allow") {
    if (input !== undefined && !isObject(input)) return deny("The client's answer has an input that is no object.");
    const isNew = input !== undefined && !isDeepStrictEqual(input, call.input);
    const updates = updatesOf(updatedPermissions);
    return { behavior, ...(isNew && { input }), ...(updates.length > 0 && { updates }) };
  }
  if (behavior !== "deny") return deny("The client's answer is neither allow nor deny.");
  const words = typeof message === "string" && message !== "" ? message : "The user does not want this to be done.";
  return { behavior, message: words, ...(interrupt === true && { interrupt }) };
}

const deny = (message: string): Answer => ({ behavior: "deny", message });

async function apply({ kernel, session }: Asked, { updates = [] }: Answer & { behavior: "allow" }): Promise<void> {
  const main = session();
  if (!main || updates.length === 0) return;
  try {
    await (await kernel.service("permissions"))?.apply(main, updates);
  } catch (error) {
    const text = `The client's answer holds for this call only: ${messageOf(error)}`;
    main.emit({ type: "notice", at: kernel.clock.now(), level: "warning", text });
  }
}
