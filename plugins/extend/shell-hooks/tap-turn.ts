import type { ModelRequest } from "../../../schemas/provider.js";
import type { Finish } from "../../../hooks/stop.js";
import type { JsonObject } from "../../../schemas/json.js";
import { textOf, type Block, type Message } from "../../../schemas/message.js";
import type { Session } from "../../../schemas/session.js";
import { contextOf, fire, marksOf, notice, PATIENT, wants, type Bridge } from "./bridge.js";
import { callInput, resultText } from "./call-input.js";
import { reminder } from "./inbox.js";
import { isJudge } from "./own.js";
import { refusalOf, stopOf } from "./outcome.js";

/** Hooks may keep a turn going so often without a tool being called. */
const CAP = 8;

/** PostToolBatch, DirectoryAdded, Stop and SubagentStop. */
export function tapTurn(bridge: Bridge): void {
  const { ctx } = bridge;
  ctx.tap("PreModel", (request, session) => beforeRequest(bridge, request, session), PATIENT);
  ctx.tap("Stop", (finish, session) => finished(bridge, finish, session), PATIENT);
}

async function beforeRequest(
  bridge: Bridge,
  request: ModelRequest,
  session: Session,
): Promise<ModelRequest | undefined> {
  if (isJudge(session)) return undefined;
  const marks = marksOf(bridge, session);
  await foldersAdded(bridge, session);
  const batch = batchOf(session.messages);
  const added: string[] = [];
  if (batch && marks.halt === undefined) {
    marks.continued = 0;
    added.push(...bridge.runner.inbox.take(session));
    if (wants(bridge, "PostToolBatch", session)) {
      const input = { tool_calls: batch.map((call) => told(call, session.cwd)) };
      const outcomes = await fire(bridge, "PostToolBatch", session, { input });
      added.push(...contextOf("PostToolBatch", outcomes));
      const stop = stopOf(outcomes) ?? outcomes.map(refusalOf).find((reason) => reason !== undefined);
      if (stop !== undefined) marks.halt = stop;
    }
  }
  if (marks.halt !== undefined) {
    const message = marks.halt;
    delete marks.halt;
    return { ...request, halt: { reason: "hook", message } };
  }
  if (added.length === 0) return undefined;
  const content = added.map((text): Block => ({ type: "text", text }));
  session.append(content, "hook");
  return { ...request, messages: [...request.messages, { role: "user", content }] };
}

interface Batched {
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
  readonly response: string;
}

/** The calls whose results the model is about to read. */
function batchOf(messages: readonly Message[]): readonly Batched[] | undefined {
  const results = messages.at(-1)?.content.filter((block) => block.type === "tool_result") ?? [];
  if (results.length === 0) return undefined;
  const byId = new Map(results.map((result) => [result.tool_use_id, resultText(result.content)]));
  return (messages.at(-2)?.content ?? []).flatMap((block) => {
    const response = block.type === "tool_use" ? byId.get(block.id) : undefined;
    return block.type === "tool_use" && response !== undefined ? [{ ...block, response }] : [];
  });
}

function told({ response, ...call }: Batched, cwd: string): JsonObject {
  const { mcp_server: _, ...rest } = callInput(call, cwd);
  return { ...rest, tool_response: response };
}

/** Folders can only be added, so counting them is enough. */
async function foldersAdded(bridge: Bridge, session: Session): Promise<void> {
  const marks = marksOf(bridge, session);
  const fresh = session.folders.slice(marks.folders);
  marks.folders = session.folders.length;
  if (fresh.length === 0 || !wants(bridge, "DirectoryAdded", session)) return;
  for (const directory of fresh) {
    const source = "slash_command";
    const outcomes = await fire(bridge, "DirectoryAdded", session, { value: source, input: { directory, source } });
    for (const { systemMessage } of outcomes) {
      if (systemMessage !== undefined) bridge.runner.inbox.add(session, reminder("DirectoryAdded", systemMessage));
    }
  }
}

async function finished(bridge: Bridge, { reply, continued }: Finish, session: Session): Promise<string | undefined> {
  if (isJudge(session)) return undefined;
  const waiting = bridge.runner.inbox.take(session);
  if (waiting.length > 0) return waiting.join("\n");
  const event = session.agent ? "SubagentStop" : "Stop";
  if (!wants(bridge, event, session)) return undefined;
  const outcomes = await fire(bridge, event, session, {
    ...(session.agent && { value: session.agent.type }),
    input: await ending(bridge, session, textOf(reply.message.content), continued > 0),
  });
  if (outcomes.some(({ goesOn }) => !goesOn)) return undefined;
  const words = outcomes.flatMap(({ block, context }) => block ?? context ?? []);
  if (words.length === 0) return undefined;
  const marks = marksOf(bridge, session);
  if (++marks.continued <= capOf(bridge)) return words.join("\n");
  marks.continued = 0;
  notice(bridge, session, "warning", `The ${event} hooks kept the turn going too often, so it ends now.`);
  return undefined;
}

async function ending(bridge: Bridge, session: Session, said: string, active: boolean): Promise<JsonObject> {
  const { ctx, inputs } = bridge;
  const running = session.agent ? undefined : await ctx.kernel.service("backgroundTasks");
  const facts = {
    stop_hook_active: active,
    last_assistant_message: said,
    background_tasks: running?.list(session) ?? [],
    session_crons: [],
  };
  if (!session.agent) return facts;
  const transcript = await inputs.transcriptOf(session.agent.of);
  return { ...facts, agent_transcript_path: await inputs.transcriptOf(session), transcript_path: transcript };
}

function capOf({ ctx }: Bridge): number {
  const { env } = ctx.kernel;
  const cap = Number(env["NACRE_STOP_HOOK_BLOCK_CAP"] ?? env["CLAUDE_CODE_STOP_HOOK_BLOCK_CAP"] ?? CAP);
  return Number.isInteger(cap) && cap > 0 ? cap : CAP;
}
