/** How a hook can be run. */
export type HandlerType = "command" | "http" | "mcp_tool" | "prompt" | "agent" | "worker";

/** What is known of one event of the public hook protocol. */
export interface EventFacts {
  /** What a matcher is compared with; absent: matchers are ignored. */
  readonly matches?: string;
  /** Handler types that can serve it, beside `command` and `worker`. */
  readonly types: readonly HandlerType[];
  /** It is about one call of a tool, so `if` can be asked. */
  readonly call?: true;
  /** Matchers are lists parted by `|` alone; every other character makes them an expression. */
  readonly narrow?: true;
  /** Plain text on standard output is told to the model. */
  readonly plain?: true;
  /** What a failure that counts as a refusal, or exit code 2, does. */
  readonly block: "blocks" | "model" | "user" | "ignored";
  /** Seconds a hook has when it does not say. */
  readonly seconds?: number;
  /** Why nothing fires it here. */
  readonly missing?: string;
}

const ALL: readonly HandlerType[] = ["http", "mcp_tool", "prompt", "agent"];
const LIGHT: readonly HandlerType[] = ["http", "mcp_tool"];
const START: readonly HandlerType[] = ["mcp_tool"];

const tool = { matches: "tool_name", call: true } as const;

/** Every event by name. */
export const EVENTS: ReadonlyMap<string, EventFacts> = new Map<string, EventFacts>([
  ["SessionStart", { matches: "source", types: START, plain: true, block: "user" }],
  ["Setup", { matches: "trigger", types: START, block: "ignored" }],
  ["InstructionsLoaded", { matches: "load_reason", types: LIGHT, block: "ignored" }],
  ["UserPromptSubmit", { types: ALL, plain: true, block: "blocks", seconds: 30 }],
  ["UserPromptExpansion", { matches: "command_name", types: ALL, plain: true, block: "blocks" }],
  ["MessageDisplay", { types: LIGHT, block: "ignored", seconds: 10 }],
  ["PreToolUse", { ...tool, types: ALL, block: "blocks" }],
  ["PermissionRequest", { ...tool, types: ["http", "mcp_tool", "prompt"], block: "ignored" }],
  ["PermissionDenied", { ...tool, types: ALL, block: "ignored", missing: "no mode here refuses by a classifier" }],
  ["PostToolUse", { ...tool, types: ALL, block: "model" }],
  ["PostToolUseFailure", { ...tool, types: ALL, block: "model" }],
  ["PostToolBatch", { types: ALL, block: "blocks" }],
  ["Notification", { matches: "notification_type", types: LIGHT, block: "ignored" }],
  ["SubagentStart", { matches: "agent_type", types: LIGHT, block: "user" }],
  ["SubagentStop", { matches: "agent_type", types: ALL, block: "blocks" }],
  ["TaskCreated", { types: ALL, block: "blocks", missing: "there are no task tools yet" }],
  ["TaskCompleted", { types: ALL, block: "blocks", missing: "there are no task tools yet" }],
  ["TeammateIdle", { types: ALL, block: "blocks", missing: "there are no teammates yet" }],
  ["Stop", { types: ALL, block: "blocks" }],
  ["StopFailure", { matches: "error", types: LIGHT, narrow: true, block: "ignored" }],
  ["ConfigChange", { matches: "source", types: LIGHT, block: "blocks" }],
  ["CwdChanged", { types: LIGHT, block: "user" }],
  ["DirectoryAdded", { matches: "source", types: LIGHT, block: "ignored" }],
  ["FileChanged", { matches: "file name", types: LIGHT, narrow: true, block: "user" }],
  ["WorktreeCreate", { types: LIGHT, block: "blocks", missing: "no hook is asked about the worktrees of agents yet" }],
  ["WorktreeRemove", { types: LIGHT, block: "blocks", missing: "no hook is asked about the worktrees of agents yet" }],
  ["PreCompact", { matches: "trigger", types: LIGHT, block: "blocks", missing: "nothing is compacted yet" }],
  ["PostCompact", { matches: "trigger", types: LIGHT, block: "user", missing: "nothing is compacted yet" }],
  [
    "PreModelSwitch",
    { types: LIGHT, block: "blocks", seconds: 30, missing: "a switch of model cannot be held up yet" },
  ],
  ["PostModelSwitch", { matches: "to_model", types: LIGHT, plain: true, block: "user", seconds: 30 }],
  ["SessionEnd", { matches: "reason", types: LIGHT, block: "user" }],
  ["Elicitation", { matches: "mcp_server_name", types: LIGHT, block: "blocks", missing: "no server asks back yet" }],
  [
    "ElicitationResult",
    { matches: "mcp_server_name", types: LIGHT, block: "blocks", missing: "no server asks back yet" },
  ],
]);

/** Whether an event can be served by a handler type. */
export function serves(event: string, type: HandlerType): boolean {
  return type === "command" || type === "worker" || (EVENTS.get(event)?.types.includes(type) ?? false);
}
