import type { KernelOptions, Plugin, Point, Tap } from "../../../core/index.js";
import type { Ask } from "../../../schemas/decision.js";
import type { Block } from "../../../schemas/message.js";
import type { SessionInit } from "../../../schemas/session.js";
import type { Tool } from "../../../schemas/tool.js";

/** Functions at hook points, in process. What each is handed and may answer: see `hooks/`. */
export type Hooks = { readonly [P in Point]?: Tap<P> };

/** What `query` runs, and with what. */
export interface QueryOptions
  extends Pick<KernelOptions, "cwd" | "home" | "env">, Pick<SessionInit, "provider" | "model" | "maxTurns"> {
  readonly prompt: string | readonly Block[];
  /** Replaces the system prompt. */
  readonly system?: string | readonly string[];
  readonly plugins?: {
    /** Plugins that ship with nacre and are not wanted, by name. */
    readonly without?: readonly string[];
    /** More plugins. */
    readonly add?: readonly Plugin[];
  };
  readonly tools?: readonly Tool[];
  readonly hooks?: Hooks;
  /** Asked where the permission gate would ask a person; without it such calls are refused. */
  readonly canUseTool?: Ask;
  /** Values by dotted path, such as `{ "permissions.allow": ["Bash(ls)"] }`. They stand above every settings file. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /**
   * Settings files that count; none otherwise. A managed file always does, and a project's file only as far as it
   * tightens.
   */
  readonly settingSources?: readonly ("user" | "project" | "local")[];
  readonly permissionMode?: string;
  /** Id or name of a session to go on with. */
  readonly resume?: string;
  /** Abort it to stop the turn. */
  readonly signal?: AbortSignal;
}
