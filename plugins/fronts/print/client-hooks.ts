import type { KernelView } from "../../../core/types.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import type { Client, Reply } from "./client.js";
import { readHookOutput, type HookOutput } from "./hook-output.js";
import { matcher } from "./matcher.js";

/** Events at which a callback is called here. */
const FIRED = [
  "SessionStart",
  "UserPromptSubmit",
  "PreToolUse",
  "PermissionRequest",
  "PostToolUse",
  "PostToolUseFailure",
  "Stop",
  "SubagentStart",
  "SubagentStop",
  "SessionEnd",
] as const;
export type HookEvent = (typeof FIRED)[number];

/** A callback that does not answer in time is given up after so many seconds. */
const TIMEOUT = 60;
/** Where silence refuses: nobody said that the action may go on. */
const GATES: ReadonlySet<HookEvent> = new Set<HookEvent>(["PreToolUse", "UserPromptSubmit"]);

interface Group {
  readonly matches: (value: string) => boolean;
  readonly ids: readonly string[];
  readonly timeout: number;
  /** A failure counts as a refusal. */
  readonly blocks: boolean;
}

/** One firing of an event. */
export interface Firing {
  readonly session: Session;
  /** What matchers look at: the tool's name, the source of a session. */
  readonly value?: string;
  readonly input: object;
  readonly toolUseId?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Told of callbacks as they run. */
export interface HookWatcher {
  started?(hook: HookRun): void;
  ended?(hook: HookRun, output: string, outcome: "success" | "error" | "cancelled"): void;
}

export interface HookRun {
  readonly id: string;
  readonly name: string;
  readonly event: HookEvent;
}

/** The hooks of the client: called over the pipe, all that match at once. */
export class ClientHooks {
  readonly #kernel: KernelView;
  readonly #client: Client;
  readonly #watcher: HookWatcher;
  readonly #groups = new Map<HookEvent, Group[]>();
  #transcript: string | undefined;

  constructor(kernel: KernelView, client: Client, watcher: HookWatcher) {
    this.#kernel = kernel;
    this.#client = client;
    this.#watcher = watcher;
  }

  /** Takes the `hooks` of an initialize request. Answers with the events that never happen here. Throws for what is no hook. */
  register(hooks: JsonObject): readonly string[] {
    const unknown: string[] = [];
    for (const [event, list] of Object.entries(hooks)) {
      if (!Array.isArray(list)) throw new Error(`The hooks of ${event} must be a list.`);
      const groups = list.map((group) => groupOf(event, group));
      const known = FIRED.find((name) => name === event);
      if (known) this.#groups.set(known, groups);
      else if (groups.length > 0) unknown.push(event);
    }
    return unknown;
  }

  has(...events: readonly HookEvent[]): boolean {
    return events.some((event) => (this.#groups.get(event)?.length ?? 0) > 0);
  }

  /** Calls every callback that matches and waits for all of them. */
  async fire(event: HookEvent, firing: Firing): Promise<readonly HookOutput[]> {
    const groups = (this.#groups.get(event) ?? []).filter((group) => group.matches(firing.value ?? ""));
    if (groups.length === 0) return [];
    const input = { ...(await this.#common(event, firing.session)), ...firing.input };
    const calls = groups.flatMap((group) => group.ids.map((id) => this.#call(id, group, { event, input, firing })));
    const outputs = await Promise.all(calls);
    for (const { systemMessage } of outputs) if (systemMessage) this.#notice(firing.session, "info", systemMessage);
    return outputs;
  }

  async #call(
    id: string,
    group: Group,
    { event, input, firing }: { readonly event: HookEvent; readonly input: object; readonly firing: Firing },
  ): Promise<HookOutput> {
    const name = firing.value === undefined ? event : `${event}:${firing.value}`;
    const run: HookRun = { id: this.#kernel.clock.id(), name, event };
    this.#watcher.started?.(run);
    const request = {
      subtype: "hook_callback",
      callback_id: id,
      input,
      ...(firing.toolUseId !== undefined && { tool_use_id: firing.toolUseId }),
    };
    const reply = await this.#client.ask(request, { signal: firing.signal, timeout: group.timeout });
    if (reply.is === "answer") {
      this.#watcher.ended?.(run, JSON.stringify(reply.value), "success");
      return readHookOutput(reply.value);
    }
    const why = sentenceOf(reply, group.timeout);
    this.#watcher.ended?.(run, why, reply.is === "error" ? "error" : "cancelled");
    const blocks = group.blocks || (reply.is !== "error" && GATES.has(event));
    const reason = `The client's hook for ${name} ${why}`;
    if (blocks) return { goesOn: true, block: reason, permission: { behavior: "deny", reason } };
    if (reply.is !== "aborted" && reply.is !== "gone") this.#notice(firing.session, "warning", reason);
    return { goesOn: true };
  }

  async #common(event: HookEvent, own: Session): Promise<object> {
    const { agent } = own;
    const session = mainOf(own);
    const mode = (await this.#kernel.service("permissions"))?.mode(session);
    return {
      session_id: session.id,
      transcript_path: await this.#transcriptPath(session),
      cwd: own.cwd,
      ...(mode !== undefined && { permission_mode: mode }),
      hook_event_name: event,
      ...(agent && { agent_id: agent.id, agent_type: agent.type }),
    };
  }

  /** Where the session is kept; empty as long as it is nowhere. */
  async #transcriptPath(session: Session): Promise<string> {
    if (this.#transcript !== undefined) return this.#transcript;
    if (session.messages.length === 0) return "";
    const transcripts = await this.#kernel.service("transcripts");
    const found = await transcripts?.find(session.id, session.root).catch(() => undefined);
    return (this.#transcript = found?.path ?? "");
  }

  #notice(session: Session, level: "info" | "warning", text: string): void {
    session.emit({ type: "notice", at: this.#kernel.clock.now(), level, text });
  }
}

/** The conversation that an agent works for. */
function mainOf(session: Session): Session {
  let main = session;
  while (main.agent) main = main.agent.of;
  return main;
}

function groupOf(event: string, group: unknown): Group {
  if (!isObject(group)) throw new Error(`Each hook of ${event} must be an object.`);
  const { matcher: pattern, hookCallbackIds: ids, timeout, onFailure } = group;
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === "string")) {
    throw new Error(`A hook of ${event} needs "hookCallbackIds", a list of names.`);
  }
  const seconds = typeof timeout === "number" && timeout > 0 ? timeout : TIMEOUT;
  return {
    matches: matcher(typeof pattern === "string" ? pattern : undefined),
    ids: ids as string[],
    timeout: Math.min(seconds * 1000, 2 ** 31 - 1),
    blocks: onFailure === "block",
  };
}

function sentenceOf(reply: Exclude<Reply, { is: "answer" }>, timeout: number): string {
  switch (reply.is) {
    case "error":
      return `failed: ${reply.message}`;
    case "late":
      return `did not answer within ${timeout / 1000} s.`;
    case "gone":
      return "could not be asked: the client has closed its end.";
    case "aborted":
      return "was not waited for: the turn was stopped.";
  }
}
