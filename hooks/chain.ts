import type { Ask, ToolCall } from "../schemas/decision.js";
import type { Middleware } from "../schemas/kinds.js";
import type { Chunk, ModelRequest } from "../schemas/provider.js";
import type { Session } from "../schemas/session.js";
import type { Tool, ToolContext, ToolOutput } from "../schemas/tool.js";

/** Streams one answer. */
export type Stream = (request: ModelRequest, signal: AbortSignal) => AsyncIterable<Chunk>;

interface Middlewares {
  all(kind: "middleware"): readonly Pick<Middleware, "name" | "around" | "effects">[];
  get(kind: "middleware", name: string): Promise<Middleware | undefined>;
  get(kind: "tool", name: string): Promise<Tool | undefined>;
}

/** All middleware there is, in load order. Its code is loaded, except where it said where it stands: that loads in passing. */
export async function middlewares(kernel: Middlewares): Promise<readonly Middleware[]> {
  const all: Middleware[] = [];
  for (const { name, around, effects } of kernel.all("middleware")) {
    const middleware = around ? passing(kernel, { name, around, effects }) : await kernel.get("middleware", name);
    if (middleware) all.push(middleware);
  }
  return all;
}

type Spec = Required<Pick<Middleware, "name" | "around">> & { readonly effects: Middleware["effects"] | undefined };

/** Stands in for middleware until something passes that it is for. */
function passing(kernel: Middlewares, { name, around, effects }: Spec): Middleware {
  const load = (): Promise<Middleware | undefined> => kernel.get("middleware", name);
  const isFor = async ({ name: tool, input }: ToolCall): Promise<boolean> => {
    const called = effects && (await kernel.get("tool", tool));
    return !called || effects.includes(called.effectOf?.(input) ?? called.effect);
  };
  return {
    name,
    ...(around.includes("model") && {
      async *model(request, signal, next, session) {
        yield* (await load())?.model?.(request, signal, next, session) ?? next(request, signal);
      },
    }),
    ...(around.includes("tool") && {
      async tool(call, context, next) {
        const live = (await isFor(call)) ? await load() : undefined;
        return live?.tool ? live.tool(call, context, next) : next();
      },
    }),
    ...(around.includes("ask") && {
      async ask(question, signal, next, session) {
        const live = !effects || effects.includes(question.effect) ? await load() : undefined;
        return live?.ask ? live.ask(question, signal, next, session) : next(question);
      },
    }),
  };
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
