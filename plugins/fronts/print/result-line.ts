import type { KernelView } from "../../../core/types.js";
import type { UsageReport } from "../../../schemas/kinds.js";
import type { EndEvent } from "../../../schemas/event.js";
import type { Usage } from "../../../schemas/provider.js";
import type { ReplyFacts, Session } from "../../../schemas/session.js";
import type { Outcome } from "./outcome.js";
import type { Tally } from "./tally.js";

/** What a result line is made from. */
export interface Finished {
  readonly session: Session;
  readonly end: EndEvent;
  readonly outcome: Outcome;
  readonly tally: Tally;
  /** How many answers the session held before this run. */
  readonly before: number;
  /** The value that was asked for with a schema. */
  readonly structured?: unknown;
  /** The client's own id of the prompt. */
  readonly promptId?: string;
  readonly queued?: number;
}

/** The last line of a run: what came of it, how long it took and what it cost. */
export async function resultLine(kernel: KernelView, finished: Finished): Promise<object> {
  const { session, end, outcome, tally } = finished;
  const report = (await kernel.service("usage"))?.report(session);
  const called = tally.reply?.message.content.find(isCall);
  const deferred = end.reason === "deferred" ? (called ?? session.putOff) : undefined;
  const success = outcome.subtype === "success";
  return {
    type: "result",
    subtype: outcome.subtype,
    is_error: outcome.isError,
    duration_ms: end.ms,
    duration_api_ms: tally.apiMs,
    num_turns: end.turns,
    ...(success ? { result: outcome.text } : { errors: [outcome.text] }),
    ...(finished.structured !== undefined && { structured_output: finished.structured }),
    stop_reason: deferred ? "tool_deferred" : (tally.reply?.stopReason ?? null),
    ...(deferred && { deferred_tool_use: { id: deferred.id, name: deferred.name, input: deferred.input } }),
    ...(end.error?.status !== undefined && { api_error_status: end.error.status }),
    terminal_reason: outcome.terminal,
    total_cost_usd: report?.total.cost ?? 0,
    usage: usageOf(session.replies.slice(finished.before)),
    modelUsage: report ? byModel(report) : {},
    permission_denials: tally.denials,
    ...(tally.firstMs !== undefined && success && { ttft_ms: tally.firstMs }),
    ...(tally.unsaved !== undefined && { saved: false, save_error: tally.unsaved }),
    ...(finished.promptId !== undefined && { user_message_uuid: finished.promptId }),
    ...(finished.queued !== undefined && { queued_turn_count: finished.queued }),
    session_id: session.id,
    uuid: kernel.clock.id(),
  };
}

const isCall = <T extends { readonly type: string }>(block: T): block is Extract<T, { readonly type: "tool_use" }> =>
  block.type === "tool_use";

/** Tokens in the words of the public Messages API. */
export function apiUsage({ input, output, cacheRead, cacheWrite }: Usage): object {
  return {
    input_tokens: input,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: output,
  };
}

function usageOf(replies: readonly ReplyFacts[]): object {
  const sum = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  for (const { usage } of replies) {
    sum.input += usage.input;
    sum.output += usage.output;
    sum.cacheRead += usage.cacheRead;
    sum.cacheWrite += usage.cacheWrite;
  }
  return { ...apiUsage(sum), server_tool_use: { web_search_requests: 0 } };
}

function byModel({ models }: UsageReport): object {
  const rows = Object.entries(models).map(([model, row]) => [
    model,
    {
      inputTokens: row.input,
      outputTokens: row.output,
      cacheReadInputTokens: row.cacheRead,
      cacheCreationInputTokens: row.cacheWrite,
      webSearchRequests: 0,
      costUSD: row.cost,
      contextWindow: row.contextWindow ?? 0,
    },
  ]);
  return Object.fromEntries(rows) as object;
}
