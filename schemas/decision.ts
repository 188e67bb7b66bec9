import type { JsonObject } from "./json.js";
import type { Effect, ToolSpec } from "./tool-spec.js";

/** From mildest to strictest; the strictest of all answers holds. */
export type Behavior = "allow" | "ask" | "defer" | "deny";

/** What was decided about a call and why. Every part is shown by `nacre why`. */
export interface Decision {
  readonly behavior: Behavior;
  /** One sentence. */
  readonly reason: string;
  /** The plugin that decided. Filled in by the kernel. */
  readonly by?: string;
  /** The rule that matched, as written. */
  readonly rule?: string;
  /** Where that rule stands: `file:line`, a flag, "session". */
  readonly origin?: string;
  /** The rule that came closest and did not match. */
  readonly nearest?: string;
}

/** What the model asks to be done: a tool by its name, with the input it is to get. `id` is what the result names. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
}

/** A call on its way through the gates. A gate returns a changed copy, or nothing when it has no opinion. */
export interface PendingCall {
  readonly call: ToolCall;
  readonly tool: ToolSpec;
  /** What this very input does. */
  readonly effect: Effect;
  /** The strictest decision so far. Absent when all gates are done: the person is asked, for `doubt`. */
  readonly decision?: Decision;
  /** Why the person has to be asked if nobody decides. Weaker than any decision. */
  readonly doubt?: string;
  /** Rules that would have let the call pass, offered with the question; as narrow as the call. */
  readonly suggestions?: readonly PermissionUpdate[];
  /** The path that made a gate hesitate, where one did. */
  readonly blockedPath?: string;
  /** Must be typed to approve, for calls that cannot be undone. */
  readonly confirm?: string;
  /** Where the paths of the input led when they were judged: path as given, and real path. A tool opens nothing else. */
  readonly places?: ReadonlyMap<string, string>;
  /** The operating system's walls confine what this very call can do, whatever its text means. Set by who builds them. */
  readonly contained?: true;
  /** Told to the model beside the result. */
  readonly context?: readonly string[];
  /**
   * True in the second round, which follows when a gate rewrote the input: every gate judges the exact input
   * that will run, and rewriting is over.
   */
  readonly again: boolean;
}

/** A change of permissions, in the words of the public hook protocol. */
export type PermissionUpdate =
  | {
      readonly type: "addRules" | "replaceRules" | "removeRules";
      readonly rules: readonly { readonly toolName: string; readonly ruleContent?: string }[];
      readonly behavior: "allow" | "ask" | "deny";
      readonly destination: Destination;
    }
  | { readonly type: "setMode"; readonly mode: string; readonly destination: Destination }
  | {
      readonly type: "addDirectories" | "removeDirectories";
      readonly directories: readonly string[];
      readonly destination: Destination;
    };

/** Where a rule or a mode that a person chooses is kept: for this session only, or in one of three settings files. */
export type Destination = "session" | "localSettings" | "projectSettings" | "userSettings";

/** What a person, or a program in a person's place, is asked about one call. */
export interface Question {
  readonly call: ToolCall;
  readonly effect: Effect;
  readonly reason: string;
  readonly suggestions: readonly PermissionUpdate[];
  readonly blockedPath?: string;
  readonly confirm?: string;
  readonly sessionId: string;
  /** The agent whose call it is; absent for the main conversation's. */
  readonly agent?: { readonly id: string; readonly type: string };
}

/** What came of a question. An allowed call may run with another input, and may change rules for later ones. */
export type Answer =
  | {
      readonly behavior: "allow";
      readonly input?: JsonObject;
      readonly updates?: readonly PermissionUpdate[];
      /** The plugin that answered in the person's place. */
      readonly by?: string;
    }
  | { readonly behavior: "deny"; readonly message: string; readonly interrupt?: boolean; readonly by?: string };

/** Asks about one call. Undefined: nobody is there, which denies. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<Answer | undefined>;

const STRICTNESS: Readonly<Record<Behavior, number>> = { allow: 0, ask: 1, defer: 2, deny: 3 };

/** The stricter of two decisions; the earlier one where they are equal. */
export function strictest(one: Decision | undefined, other: Decision | undefined): Decision | undefined {
  if (!one || !other) return one ?? other;
  return STRICTNESS[other.behavior] > STRICTNESS[one.behavior] ? other : one;
}
