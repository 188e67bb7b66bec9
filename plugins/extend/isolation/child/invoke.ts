import { isObject, type JsonObject } from "../../../../schemas/json.js";
import type { Call } from "../protocol.js";
import { changesIn } from "./changes.js";
import type { Callable, Desk } from "./desk.js";
import { ioOf } from "./io.js";
import type { Refusals } from "./refusal.js";
import type { Sessions } from "./session.js";

/** Who calls, and how the caller can be reached. */
export interface Scene {
  readonly desk: Desk;
  readonly sessions: Sessions;
  readonly refusals: Refusals;
  readonly signal: AbortSignal;
  /** Those that calls have been about. */
  readonly tools: Map<string, JsonObject>;
}

/** Calls a function of the plugin with what came across the pipe. Streams come back as they are. */
export async function invoke(callable: Callable, call: Call, scene: Scene): Promise<unknown> {
  const { kind, member, fn, self } = callable;
  const args = kind === "tap" ? tapArgs(member, call, scene) : itemArgs(`${kind}.${member}`, call, scene);
  const result = Reflect.apply(fn, self, args) as unknown;
  if (kind === "provider" && member === "stream") return result;
  const answer = await result;
  return kind === "tap" && member !== "Stop" ? changesIn(args[0], answer) : answer;
}

function tapArgs(point: string, { args, session }: Call, scene: Scene): unknown[] {
  const { sessions, signal } = scene;
  const [first, ...rest] = args;
  const value = point === "UserPromptSubmit" ? { ...(first as object), signal } : withTool(point, first, scene);
  return [value, ...rest, ...(session ? [sessions.of(session)] : [])];
}

/** Of a tool that was described before only the name comes. */
function withTool(point: string, value: unknown, { tools }: Scene): unknown {
  if (point !== "PreToolUse" || !isObject(value)) return value;
  const { tool } = value;
  if (typeof tool === "string") return { ...value, tool: tools.get(tool) ?? { name: tool } };
  if (isObject(tool)) tools.set(String(tool["name"]), tool);
  return value;
}

function itemArgs(place: string, call: Call, scene: Scene): unknown[] {
  const { signal, sessions } = scene;
  const { args, session } = call;
  const [first, second] = args as readonly (JsonObject | undefined)[];
  const own = session && sessions.of(session);
  switch (place) {
    case "tool.run":
      return [first, toolContext(call, scene, second)];
    case "command.run":
      return [{ ...first, session: own, signal }];
    case "provider.stream":
      return [first, signal];
    case "middleware.tool":
      return [first, toolContext(call, scene, second), () => scene.desk.ask("next", String(call.id), {})];
    case "middleware.ask": {
      const next = (question: JsonObject): Promise<unknown> => scene.desk.ask("next", String(call.id), question);
      return [first, signal, next, own];
    }
    case "subcommand.run":
      return [{ ...first, io: ioOf(scene, call.id, second ?? {}) }];
    default:
      return [...args];
  }
}

/** At most one word of progress in so many milliseconds. */
const PACE = 50;

function toolContext({ session }: Call, { desk, sessions, signal }: Scene, facts: JsonObject = {}): object {
  const callId = String(facts["callId"]);
  let last = 0;
  return {
    session: session && sessions.of(session),
    callId,
    signal,
    places: new Map(facts["places"] as readonly (readonly [string, string])[] | undefined),
    progress(text: string): void {
      const now = performance.now();
      if (now - last < PACE) return;
      last = now;
      desk.tell("progress", callId, { text: String(text) });
    },
  };
}
