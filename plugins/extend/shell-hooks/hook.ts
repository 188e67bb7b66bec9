import type { JsonObject } from "../../../schemas/json.js";
import type { PartOwner } from "../../../schemas/parts.js";
import type { HandlerType } from "./events.js";
import type { Matcher } from "./matcher.js";

/** What is to run when an event fires, as it is written. */
export interface Handler {
  readonly type: HandlerType;
  /** One permission rule that the call has to fit. */
  readonly if?: string;
  /** Seconds. */
  readonly timeout?: number;
  /** In front matter: taken out after it has run well. */
  readonly once?: boolean;
  readonly statusMessage?: string;
  readonly command?: string;
  /** Present: `command` is a program and is started without a shell. */
  readonly args?: readonly string[];
  readonly shell?: string;
  readonly async?: boolean;
  readonly asyncRewake?: boolean;
  /** "block": a failure counts as a refusal. */
  readonly onFailure?: "continue" | "block";
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly allowedEnvVars?: readonly string[];
  readonly server?: string;
  readonly tool?: string;
  readonly input?: JsonObject;
  readonly prompt?: string;
  readonly model?: string;
  readonly continueOnBlock?: boolean;
}

/** A matcher and what it lets run. */
export interface Group {
  readonly event: string;
  readonly matcher?: string;
  readonly handler: Handler;
}

/** Where hooks come from. */
export interface Source {
  readonly kind: "settings" | "managed" | "plugin" | "front matter";
  /** Shown where a hook decides: `[settings]`, `[plugin:name]`, `[skill review]`. */
  readonly label: string;
  /** The file, variable or flag they are written in. */
  readonly file: string;
  readonly plugin?: PartOwner;
}

/** A hook in force. */
export interface Hook extends Group {
  /** Why it must not run. What it was to judge is asked about. */
  readonly held?: string;
  readonly source: Source;
  readonly matches: Matcher;
}

/** What people know a hook by: its command, address or name. */
export function whatOf({ type, command, args, url, server, tool, prompt }: Handler): string {
  switch (type) {
    case "command":
    case "worker":
      return [command, ...(args ?? [])].join(" ");
    case "http":
      return url ?? "";
    case "mcp_tool":
      return `${server}/${tool}`;
    case "prompt":
    case "agent":
      return (prompt ?? "").slice(0, 100);
  }
}
