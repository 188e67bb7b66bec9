import type { Ask, ToolCall } from "../schemas/decision.js";
import type { Middleware } from "../schemas/kinds.js";
import type { Chunk, ModelRequest } from "../schemas/provider.js";
import type { Session } from "../schemas/session.js";
import type { ToolContext, ToolOutput } from "../schemas/tool.js";

/** Streams one answer. */
export type Stream = (request: ModelRequest, signal: AbortSignal) => AsyncIterable<Chunk>;

interface Middlewares {
  all(kind: "middleware"): readonly { readonly name: string }[];
  get(kind: "middleware", name: string): Promise<Middleware | undefined>;
}

/** All middleware there is, in load order, its code loaded. */
export async function middlewares(kernel: Middlewares): Promise<readonly Middleware[]> {
  const all: Middleware[] = [];
  for (const { name } of kernel.all("middleware")) {
    const middleware = await kernel.get("middleware", name);
    if (middleware) all.push(middleware);
  }
  return all;
}

/** A provider's stream behind all middleware, outermost first. */
export function modelChain(all: readonly Middleware[], stream: Stream, session: Session): Stream {
  return all.reduceRight<Stream>((next, middleware) => {
    if (!middleware.model) return next;
    return (request, signal) => middleware.model!(request, signal, next, session);
  }, stream);
}

/** A tool's run behind all middleware, outermost first. */
export function toolChain(
  all: readonly Middleware[],
  run: () => Promise<ToolOutput>,
  call: ToolCall,
  context: ToolContext,
): () => Promise<ToolOutput> {
  return all.reduceRight<() => Promise<ToolOutput>>((next, middleware) => {
    if (!middleware.tool) return next;
    return () => middleware.tool!(call, context, next);
  }, run);
}

/** The way to the person, through whoever wants to answer in their place. Undefined: nobody can be asked. */
export function askChain(all: readonly Middleware[], ask: Ask | undefined, session: Session): Ask | undefined {
  return all.reduceRight<Ask | undefined>((next, middleware) => {
    if (!middleware.ask) return next;
    return (asked, signal) => middleware.ask!(asked, signal, async (question) => next?.(question, signal), session);
  }, ask);
}
