import { messageOf } from "../schemas/errors.js";
import type { ReplyEvent } from "../schemas/event.js";
import type { ModelError, ModelRequest } from "../schemas/provider.js";
import { Draft } from "../schemas/draft.js";
import { middlewares, modelChain, type Stream } from "../hooks/chain.js";
import type { Engine, Talk } from "./engine.js";

/** Either what arrived, or why nothing that can be kept did. */
export type Answered =
  | { readonly reply: ReplyEvent; readonly error?: undefined }
  | { readonly error: ModelError; readonly reply?: undefined };

export interface Asking {
  readonly turn: number;
  readonly signal: AbortSignal;
}

/** Asks the model once and puts its answer together. Never throws for what a provider does. */
export async function answer(
  kernel: Engine,
  session: Talk,
  request: ModelRequest,
  { turn, signal }: Asking,
): Promise<Answered> {
  const { provider } = session;
  const { model } = request;
  const started = performance.now();
  let firstMs: number | undefined;
  let draft = new Draft();
  let error: ModelError | undefined;
  session.emit({ type: "request", turn, provider, model });
  const read = async (): Promise<void> => {
    const stream = await streamOf(kernel, session);
    for await (const chunk of stream(request, signal)) {
      session.emit({ type: "chunk", chunk });
      if (chunk.type === "retry") draft = new Draft();
      else if (chunk.type === "error") error = chunk.error;
      else draft.take(chunk);
      if (firstMs === undefined && chunk.type === "block") firstMs = Math.round(performance.now() - started);
    }
  };
  try {
    await kernel.wall.call(kernel.ownerOf("provider", provider) ?? provider, "model", Infinity, read);
  } catch (thrown) {
    error = { kind: "malformed", message: `Provider "${provider}" failed: ${messageOf(thrown)}` };
  }
  const ms = performance.now() - started;
  if (!error && draft.stopReason === undefined && !signal.aborted) {
    error = { kind: "malformed", message: `The answer of provider "${provider}" ended without its end.` };
  }
  const broken = error !== undefined || draft.stopReason === undefined;
  const message = broken ? draft.spoken() : draft.message();
  if (broken && (message.content.length === 0 || !signal.aborted)) {
    return { error: error ?? { kind: "aborted", message: "Stopped." } };
  }
  const times = { at: kernel.clock.now(), ms: Math.round(ms), ...(firstMs !== undefined && { firstMs }) };
  return { reply: draft.reply(message, { provider, model, id: draft.id || kernel.clock.id(), ...times }) };
}

async function streamOf(kernel: Engine, session: Talk): Promise<Stream> {
  const provider = await kernel.get("provider", session.provider);
  if (!provider) throw new Error(`The provider "${session.provider}" is gone.`);
  return modelChain(await middlewares(kernel), (request, signal) => provider.stream(request, signal), session);
}
