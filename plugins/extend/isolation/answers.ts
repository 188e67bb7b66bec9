import * as z from "zod/mini";
import { printable } from "../../../schemas/printable.js";

const MOST = 16 * 1024 * 1024;
const long = z.string().check(z.maxLength(MOST));
const sentence = z.string().check(z.maxLength(10_000));
const name = z.string().check(z.minLength(1), z.maxLength(256));
const table = z.record(z.string(), z.unknown());
const number = z.number();

const text = z.object({ type: z.literal("text"), text: long });
/** What no model takes would be refused with each request from then on: 5 MB as base64 writes them. */
const data = z.string().check(z.minLength(1), z.maxLength(7_000_000), z.regex(/^[A-Za-z0-9+/]+={0,2}$/));
const base64 = <T extends string>(...types: [T, ...T[]]): z.ZodMiniType =>
  z.object({ type: z.literal("base64"), media_type: z.enum(types), data });
const url = z.object({ type: z.literal("url"), url: z.string().check(z.maxLength(10_000), z.regex(/^https?:\/\//)) });
const picture = base64("image/png", "image/jpeg", "image/gif", "image/webp");
const image = z.object({ type: z.literal("image"), source: z.union([picture, url]) });
const document = z.object({
  type: z.literal("document"),
  source: base64("application/pdf", "text/plain"),
  title: z.optional(sentence),
});
const content = z.discriminatedUnion("type", [text, image, document]);
const thinking = z.object({ type: z.literal("thinking"), thinking: long, signature: z.optional(long) });
const redacted = z.object({ type: z.literal("redacted_thinking"), data: long });
const toolUse = z.object({ type: z.literal("tool_use"), id: name, name, input: table });
const toolResult = z.object({
  type: z.literal("tool_result"),
  tool_use_id: name,
  content: z.union([long, z.array(content)]),
  is_error: z.optional(z.boolean()),
});
const block = z.discriminatedUnion("type", [text, image, document, thinking, redacted, toolUse, toolResult]);
const output = z.object({
  content: z.union([long, z.array(content).check(z.maxLength(100))]),
  isError: z.optional(z.boolean()),
  details: z.optional(z.unknown()),
});
const words = z.optional(z.array(z.string().check(z.maxLength(100_000))).check(z.maxLength(1000)));
const tools = z.array(z.object({ name, description: long, inputSchema: table }));
const decision = z.object({
  behavior: z.enum(["allow", "ask", "defer", "deny"]),
  reason: sentence,
  rule: z.optional(sentence),
  origin: z.optional(sentence),
});
const usage = z.object({ input: number, output: number, cacheRead: number, cacheWrite: number });
const started = z.discriminatedUnion("type", [
  text,
  thinking,
  redacted,
  z.object({ type: z.literal("tool_use"), id: name, name }),
]);
const kinds =
  "config auth billing invalid_request context_overflow rate_limit overloaded server connection malformed aborted".split(
    " ",
  );
const modelError = z.object({ kind: z.enum(kinds), message: sentence, status: z.optional(number) });
const reasons = "end_turn tool_use max_tokens stop_sequence refusal pause_turn".split(" ");

const chunk = z.discriminatedUnion("type", [
  z.object({ type: z.literal("start"), id: z.string(), model: z.string(), usage: z.optional(usage) }),
  z.object({ type: z.literal("block"), index: number, block: started }),
  z.object({ type: z.literal("text"), index: number, text: long }),
  z.object({ type: z.literal("thinking"), index: number, thinking: long }),
  z.object({ type: z.literal("signature"), index: number, signature: long }),
  z.object({ type: z.literal("input"), index: number, json: long }),
  z.object({ type: z.literal("block_end"), index: number }),
  z.object({ type: z.literal("stop"), stopReason: z.enum(reasons), usage }),
  z.object({
    type: z.literal("retry"),
    attempt: number,
    maxAttempts: number,
    delayMs: number,
    error: modelError,
  }),
  z.object({ type: z.literal("error"), error: modelError }),
]);

const diagnostic = z.object({
  severity: z.enum(["error", "warning", "info"]),
  code: name,
  message: sentence,
  fix: z.optional(sentence),
  file: sentence,
  line: z.optional(number),
  column: z.optional(number),
  rule: z.optional(sentence),
});
const part = z.object({ kind: name, name, file: sentence, data: table });
const choice = z.object({ provider: name, model: name });

/** What a function of a plugin may answer, by `kind.member` or by hook point. What is more is left out. */
const ANSWERS: Readonly<Record<string, z.ZodMiniType>> = {
  "tool.run": output,
  "command.run": z.union([z.object({ prompt: z.array(block) }), z.object({ answer: long })]),
  "context.render": long,
  "context.without": z.array(name),
  "subcommand.run": z.int(),
  "provider.stream": chunk,
  "provider.available": z.boolean(),
  "provider.models": z.array(name),
  "provider.choose": choice,
  "middleware.tool": output,
  "middleware.ask": z.optional(
    z.discriminatedUnion("behavior", [
      z.object({ behavior: z.literal("allow"), input: z.optional(table) }),
      z.object({ behavior: z.literal("deny"), message: sentence, interrupt: z.optional(z.boolean()) }),
    ]),
  ),
  "kind.read": z.object({ parts: z.array(part), problems: z.array(diagnostic), files: z.array(sentence) }),
  SessionStart: z.object({ context: words }),
  UserPromptSubmit: z.object({
    content: z.optional(z.array(block)),
    context: words,
    blocked: z.optional(sentence),
    handled: z.optional(long),
  }),
  UserPromptExpansion: z.object({ context: words, blocked: z.optional(sentence) }),
  InstructionsLoaded: z.object({}),
  PreModel: z.object({
    model: z.optional(name),
    system: z.optional(z.array(long)),
    messages: z.optional(z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.array(block) }))),
    tools: z.optional(tools),
    maxTokens: z.optional(number),
    thinkingTokens: z.optional(number),
    halt: z.optional(z.object({ reason: z.enum(["budget", "hook"]), message: sentence })),
  }),
  PreToolUse: z.object({
    call: z.optional(z.object({ input: table })),
    decision: z.optional(decision),
    context: words,
  }),
  PostToolUse: z.object({ output: z.optional(output), context: words, stop: z.optional(sentence) }),
  Stop: z.optional(long),
};

/** What came back, when it is what such a function may answer. Throws a sentence that names the first fault. */
export function checkedAnswer<T>(place: string, value: unknown): T {
  const { success, data, error } = ANSWERS[place]!.safeParse(value ?? undefined);
  if (success) return data as T;
  const issue = error.issues[0];
  const path = issue?.path.map(String).join(".") ?? "";
  throw new Error(
    `its answer in ${place} is wrong${path === "" ? "" : ` at "${printable(path)}"`}: ${issue?.message ?? ""}`,
  );
}
