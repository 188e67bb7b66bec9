import type { PluginContext } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import type { NoticeEvent } from "../../../schemas/event.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import type { Book } from "./book.js";
import type { EnvFiles } from "./env-files.js";
import type { FileWatch } from "./file-watch.js";
import { reminder } from "./inbox.js";
import type { Outcome } from "./outcome.js";
import { isJudge } from "./own.js";
import type { Runner } from "./runner.js";
import { sceneOf, type Firing, type Inputs } from "./scene.js";
import type { SettingsHooks } from "./settings-hooks.js";

/** What the taps share. */
export interface Bridge {
  readonly ctx: PluginContext;
  readonly book: Book;
  readonly runner: Runner;
  readonly inputs: Inputs;
  readonly settings: SettingsHooks;
  readonly envFiles: EnvFiles;
  readonly watch: FileWatch;
  /** What hooks have said about a session that has yet to take effect. */
  readonly marks: WeakMap<Session, Marks>;
  /** Takes what was complained of and no session was told. */
  unsaid(): readonly string[];
  /** Aborted when the turn at hand is stopped. Known from a turn's first request on. */
  readonly turns: WeakMap<Session, AbortSignal>;
}

export interface Marks {
  /** A hook wants everything to stop: no call runs and no request leaves. */
  halt?: string;
  /** Stop hooks have kept the turn going so often since a tool was last called. */
  continued: number;
  folders: number;
  /** A stop that was wished for in a part of the conversation that was taken back holds no longer. */
  rewinds: number;
  idle?: NodeJS.Timeout;
}

/** Hooks have time limits of their own. */
export const PATIENT: { readonly deadline: number } = { deadline: Infinity };

export function marksOf({ marks }: Bridge, session: Session): Marks {
  let found = marks.get(session);
  const { rewinds } = session;
  if (!found) marks.set(session, (found = { continued: 0, folders: session.folders.length, rewinds }));
  if (found.rewinds !== rewinds) {
    Object.assign(found, { rewinds, continued: 0 });
    delete found.halt;
  }
  return found;
}

/** Whether an event may have hooks in a session. Cheap. */
export function wants({ runner }: Bridge, event: string, session: Session): boolean {
  return runner.has(event, session) && !isJudge(session);
}

/** Fires an event of a session. Hooks of a turn end with it. */
export function fire(
  { runner, turns }: Bridge,
  event: string,
  session: Session,
  rest: { readonly input: JsonObject } & Partial<Firing>,
): Promise<readonly Outcome[]> {
  const signal = IN_TURN.has(event) ? turns.get(session) : undefined;
  return runner.fire({ event, scene: sceneOf(session), ...(signal && { signal }), ...rest });
}

const IN_TURN: ReadonlySet<string> = new Set(
  "PreToolUse PostToolUse PostToolUseFailure PostToolBatch Stop SubagentStop".split(" "),
);

/** The same for hooks that nobody waits for. */
export function fireAside(
  bridge: Bridge,
  event: string,
  session: Session,
  rest: { readonly input: JsonObject } & Partial<Firing>,
): void {
  fire(bridge, event, session, rest).catch((error: unknown) => {
    notice(bridge, session, "warning", `The ${event} hooks could not be run: ${messageOf(error)}`);
  });
}

/** What hooks add for the model, as it reads it. */
export function contextOf(event: string, outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ context }) => (context === undefined ? [] : [reminder(event, context)]));
}

/** A text field of `hookSpecificOutput`, from the hook that gave it last. */
export function textField(outcomes: readonly Outcome[], key: string): string | undefined {
  const found = outcomes.findLast(({ own }) => typeof own[key] === "string")?.own[key];
  return typeof found === "string" && found !== "" ? found : undefined;
}

export function notice({ ctx }: Bridge, session: Session, level: NoticeEvent["level"], text: string): void {
  session.emit({ type: "notice", at: ctx.kernel.clock.now(), level, text, plugin: ctx.plugin.name });
}
