import { messageOf } from "../../../schemas/errors.js";
import type { ChangeEvent, EndEvent, ReplyEvent } from "../../../schemas/event.js";
import type { ModelError } from "../../../schemas/provider.js";
import { textOf } from "../../../schemas/message.js";
import type { Session } from "../../../schemas/session.js";
import { fire, fireAside, marksOf, notice, wants, type Bridge } from "./bridge.js";
import { reminder } from "./inbox.js";
import { isJudge } from "./own.js";
import { sceneOf } from "./scene.js";
import { watchNames, watchWanted } from "./tap-session.js";

/** A person who says nothing for so many milliseconds is told that nacre waits. */
const IDLE = 60_000;

/** Milliseconds that all hooks at the end of a session have together, unless one asks for more. */
const LAST = 1_500;
const LONGEST_LAST = 60_000;

const ERRORS: Readonly<Partial<Record<ModelError["kind"], string>>> = {
  auth: "authentication_failed",
  billing: "billing_error",
  invalid_request: "invalid_request",
  context_overflow: "invalid_request",
  rate_limit: "rate_limit",
  overloaded: "overloaded",
  server: "server_error",
};

/**
 * What is told of by the stream of events: MessageDisplay, CwdChanged, PostModelSwitch, StopFailure, Notification and
 * SessionEnd. Nobody waits for these hooks, except the end of the program for the last ones.
 */
export function tapEvents(bridge: Bridge): void {
  const { ctx } = bridge;
  const last = new Set<Promise<unknown>>();
  ctx.tap("Event", (event, session) => {
    switch (event.type) {
      case "reply":
        return displayed(bridge, event, session);
      case "change":
        return changed(bridge, event, session);
      case "end":
        return ended(bridge, event, session);
      case "close": {
        const closing = closed(bridge, session)
          .catch(() => undefined) // There is nobody left to be told.
          .finally(() => last.delete(closing));
        last.add(closing);
      }
    }
  });
  ctx.onDispose(async () => void (await Promise.all(last)));
}

function displayed(bridge: Bridge, { id, message }: ReplyEvent, session: Session): void {
  if (session.agent || !wants(bridge, "MessageDisplay", session)) return;
  const delta = textOf(message.content);
  if (delta === "") return;
  const input = { turn_id: id, message_id: id, index: 0, final: true, delta };
  fireAside(bridge, "MessageDisplay", session, { input });
}

function changed(bridge: Bridge, { cwd, model }: ChangeEvent, session: Session): void {
  if (session.agent || isJudge(session)) return;
  // The session itself takes the change in only after everybody has heard of it.
  const failed = (error: unknown): void =>
    notice(bridge, session, "warning", `Hooks could not be run: ${messageOf(error)}`);
  if (cwd !== undefined && cwd !== session.cwd) moved(bridge, session, session.cwd, cwd).catch(failed);
  if (model !== undefined && model !== session.model) switched(bridge, session, session.model, model).catch(failed);
}

async function moved(bridge: Bridge, session: Session, from: string, to: string): Promise<void> {
  const { envFiles, watch } = bridge;
  watchNames(bridge, session, to);
  envFiles.clear(session.id);
  if (wants(bridge, "CwdChanged", session)) {
    const envFile = envFiles.open(session.id, "folder");
    const input = { old_cwd: from, new_cwd: to };
    const scene = { ...sceneOf(session), cwd: to };
    watchWanted(watch, await fire(bridge, "CwdChanged", session, { input, scene, ...(envFile && { envFile }) }));
  }
  await envFiles.take(session);
}

async function switched(bridge: Bridge, session: Session, from: string, to: string): Promise<void> {
  if (!wants(bridge, "PostModelSwitch", session)) return;
  const input = { from_model: from, to_model: to, requested_model: to, source: "command" };
  const outcomes = await fire(bridge, "PostModelSwitch", session, { value: to.replace(/\[1m\]$/, ""), input });
  for (const { context } of outcomes) {
    if (context !== undefined) bridge.runner.inbox.add(session, reminder("PostModelSwitch", context));
  }
}

function ended(bridge: Bridge, { reason, error, message = "" }: EndEvent, session: Session): void {
  if (session.agent) return;
  if (reason === "model_error" && error && wants(bridge, "StopFailure", session)) {
    const value = ERRORS[error.kind] ?? "unknown";
    const input = { error: value, error_details: error.message, last_assistant_message: message };
    fireAside(bridge, "StopFailure", session, { value, input });
  }
  if (session.headless || !wants(bridge, "Notification", session)) return;
  const marks = marksOf(bridge, session);
  clearTimeout(marks.idle);
  marks.idle = setTimeout(() => {
    const value = "idle_prompt";
    const input = { message: "nacre is waiting for your input", notification_type: value };
    fireAside(bridge, "Notification", session, { value, input });
  }, IDLE).unref();
}

async function closed(bridge: Bridge, session: Session): Promise<void> {
  const { runner, inputs, envFiles, watch } = bridge;
  clearTimeout(bridge.marks.get(session)?.idle);
  runner.endBehind(session.id);
  if (!session.agent) watch.close();
  if (!session.agent && wants(bridge, "SessionEnd", session)) {
    const value = session.headless ? "other" : "prompt_input_exit";
    await fire(bridge, "SessionEnd", session, { value, input: { reason: value }, budget: budgetOf(bridge, session) });
  }
  envFiles.forget(session.id);
  inputs.forget(session.id);
}

/** Only what the user's own settings ask for makes the end of a session wait longer. */
function budgetOf({ book, ctx }: Bridge, session: Session): number {
  const { env } = ctx.kernel;
  const given = env["NACRE_SESSIONEND_HOOKS_TIMEOUT_MS"] ?? env["CLAUDE_CODE_SESSIONEND_HOOKS_TIMEOUT_MS"];
  if (given !== undefined && Number(given) > 0) return Number(given);
  const asked = book
    .of("SessionEnd", session)
    .filter(({ source }) => source.kind === "settings" || source.kind === "managed")
    .map(({ handler }) => (handler.timeout ?? 0) * 1_000);
  return Math.min(LONGEST_LAST, Math.max(LAST, ...asked));
}
