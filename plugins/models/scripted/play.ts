import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../../schemas/errors.js";
import type { Chunk, ModelError, ModelRequest, Usage } from "../../../schemas/provider.js";
import { requestTokens, tokensFor } from "./estimate.js";
import { differenceOf } from "./expect.js";
import { fill } from "./fill.js";
import type { Script, Step } from "./script.js";
import { selectStep } from "./select.js";
import { FAULTS, type Fault, type ScriptedCall, type Turn } from "./turn.js";

const MAX_ATTEMPTS = 10;
const INPUT_PIECE = 32;
const IDLE_MS = 1000;

/** Answers one request from a script. Never throws; an abort ends it with an error chunk. */
export async function* play(script: Script, request: ModelRequest, signal: AbortSignal): AsyncGenerator<Chunk, void> {
  try {
    if (signal.aborted) return yield failure("aborted", "the request was stopped");
    const step = selectStep(script, request);
    if (typeof step === "string") return yield failure("config", step);
    const difference = step.turn.expect === undefined ? undefined : differenceOf(step.turn.expect, request);
    if (difference !== undefined) return yield diverged(step, difference);
    yield* answer(step, request, signal);
  } catch (error) {
    yield signal.aborted ? failure("aborted", "the request was stopped") : failure("config", messageOf(error));
  }
}

async function* answer(step: Step, request: ModelRequest, signal: AbortSignal): AsyncGenerator<Chunk, void> {
  let turn: Turn;
  try {
    turn = fill(step.turn, request);
  } catch (error) {
    return yield diverged(step, messageOf(error));
  }
  const chunks = [...answerChunks(turn, request)];
  if (turn.delay) await sleep(turn.delay, undefined, { signal });
  if (turn.fault !== undefined) {
    const fault: Fault = typeof turn.fault === "string" ? { kind: turn.fault } : turn.fault;
    const ended = yield* failures(fault, chunks, signal);
    if (ended) return;
  }
  yield* paced(chunks, turn.pace ?? 0, signal);
}

async function* paced(chunks: readonly Chunk[], pace: number, signal: AbortSignal): AsyncGenerator<Chunk, void> {
  let first = true;
  for (const chunk of chunks) {
    if (pace > 0 && (chunk.type === "text" || chunk.type === "thinking" || chunk.type === "input")) {
      if (!first) await sleep(pace, undefined, { signal });
      first = false;
    }
    if (signal.aborted) return yield failure("aborted", "the request was stopped");
    yield chunk;
  }
}

/** Plays the tries that fail. Returns whether the answer ends with them. */
async function* failures(fault: Fault, chunks: readonly Chunk[], signal: AbortSignal): AsyncGenerator<Chunk, boolean> {
  const { retried: _, ...known } = FAULTS[fault.kind];
  const error: ModelError = { ...known, message: fault.message ?? `${known.message} (scripted)` };
  const inTheMiddle = fault.kind === "cut" || fault.kind === "idle" || fault.kind === "malformed";
  const delayMs = fault.kind === "idle" ? 0 : (fault.delay ?? 0);
  for (let attempt = 1; attempt <= (fault.times ?? 1); attempt += 1) {
    if (inTheMiddle) yield* chunks.slice(0, Math.ceil(chunks.length / 2));
    if (fault.kind === "idle") await sleep(fault.delay ?? IDLE_MS, undefined, { signal });
    if (fault.times === undefined) break;
    yield { type: "retry", attempt, maxAttempts: Math.max(MAX_ATTEMPTS, fault.times + 1), delayMs, error };
    if (delayMs > 0) await sleep(delayMs, undefined, { signal });
  }
  if (fault.times !== undefined) return false;
  yield { type: "error", error };
  return true;
}

function* answerChunks(turn: Turn, request: ModelRequest): Generator<Chunk, void> {
  const number = 1 + request.messages.filter(({ role }) => role === "assistant").length;
  const calls = [...(turn.call ? [turn.call] : []), ...(turn.calls ?? [])];
  const usage = usageOf(turn, request, calls);
  yield { type: "start", id: `msg_script_${number}`, model: request.model, usage: { ...usage, output: 0 } };
  let index = 0;
  if (turn.thinking !== undefined) {
    yield { type: "block", index, block: { type: "thinking", thinking: "" } };
    for (const thinking of pieces(turn.thinking, turn.pace)) yield { type: "thinking", index, thinking };
    yield { type: "block_end", index: index++ };
  }
  if (turn.text !== undefined) {
    yield { type: "block", index, block: { type: "text", text: "" } };
    for (const text of pieces(turn.text, turn.pace)) yield { type: "text", index, text };
    yield { type: "block_end", index: index++ };
  }
  for (const [at, call] of calls.entries()) {
    const id = call.id ?? `toolu_script_${number}_${at + 1}`;
    yield { type: "block", index, block: { type: "tool_use", id, name: call.name } };
    for (const json of inputPieces(inputText(call), turn.pace)) yield { type: "input", index, json };
    yield { type: "block_end", index: index++ };
  }
  yield { type: "stop", stopReason: turn.stop ?? (calls.length > 0 ? "tool_use" : "end_turn"), usage };
}

const inputText = (call: ScriptedCall): string => call.raw ?? JSON.stringify(call.input ?? {});

/** The pieces of a text as they are streamed: a list as it stands, with a pace word by word. */
function pieces(text: string | readonly string[], pace: number | undefined): readonly string[] {
  if (typeof text !== "string") return text;
  return pace ? (text.match(/\s*\S+\s*$|\s*\S+|\s+/g) ?? []) : [text];
}

function inputPieces(json: string, pace: number | undefined): readonly string[] {
  if (!pace) return [json];
  const parts: string[] = [];
  for (let at = 0; at < json.length; at += INPUT_PIECE) parts.push(json.slice(at, at + INPUT_PIECE));
  return parts;
}

function usageOf(turn: Turn, request: ModelRequest, calls: readonly ScriptedCall[]): Usage {
  const { input, output, cache_read = 0, cache_write = 0 } = turn.usage ?? {};
  const said = [turn.thinking ?? [], turn.text ?? [], ...calls.map(inputText)].flat().join("");
  return {
    input: input ?? Math.max(0, requestTokens(request) - cache_read - cache_write),
    output: output ?? tokensFor(said.length),
    cacheRead: cache_read,
    cacheWrite: cache_write,
  };
}

function diverged(step: Step, difference: string): Chunk {
  return failure("diverged", `turn ${step.number} of the script (${step.place}) diverged: ${difference}`);
}

function failure(kind: ModelError["kind"], message: string): Chunk {
  return { type: "error", error: { kind, message } };
}
