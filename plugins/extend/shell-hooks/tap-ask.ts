import type { Answer, PermissionUpdate, Question } from "../../../schemas/decision.js";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Middleware } from "../../../schemas/kinds.js";
import type { Chunk } from "../../../schemas/provider.js";
import type { Session } from "../../../schemas/session.js";
import { fire, fireAside, wants, type Bridge } from "./bridge.js";
import { questionInput } from "./call-input.js";
import type { Outcome } from "./outcome.js";
import { isOwnCall } from "./own.js";

/** A person who has not answered after so many milliseconds is told of the question. */
const UNANSWERED = 6_000;

/** PermissionRequest, and Notification of a question that waits. */
export class BeforePerson implements Middleware {
  readonly name = "shell-hooks";
  readonly #bridge: Bridge;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** The only way to learn of a turn's signal: whoever stops the turn stops its hooks. */
  model(...[request, signal, next, session]: Parameters<NonNullable<Middleware["model"]>>): AsyncIterable<Chunk> {
    this.#bridge.turns.set(session, signal);
    return next(request, signal);
  }

  async ask(
    ...[question, signal, next, session]: Parameters<NonNullable<Middleware["ask"]>>
  ): Promise<Answer | undefined> {
    const answer = await answered(this.#bridge, question, signal, session);
    if (answer) return { ...answer, by: this.#bridge.ctx.plugin.name };
    const timer = session.headless ? undefined : setTimeout(() => tell(this.#bridge, question, session), UNANSWERED);
    try {
      return await next(question);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function answered(
  bridge: Bridge,
  { call, suggestions }: Question,
  signal: AbortSignal,
  session: Session,
): Promise<Answer | undefined> {
  if (!wants(bridge, "PermissionRequest", session) || isOwnCall(call.input)) return undefined;
  const input = {
    ...questionInput(call, session.cwd),
    ...(suggestions.length > 0 && { permission_suggestions: suggestions }),
  };
  const outcomes = await fire(bridge, "PermissionRequest", session, { value: call.name, input, call, signal });
  const decisions = outcomes.flatMap(decisionOf);
  const refusal = decisions.find((decision) => decision["behavior"] === "deny");
  if (refusal) {
    const said = refusal["message"];
    const message = typeof said === "string" && said !== "" ? said : "A PermissionRequest hook refused it.";
    return { behavior: "deny", message, ...(refusal["interrupt"] === true && { interrupt: true }) };
  }
  const approval = decisions.find((decision) => decision["behavior"] === "allow");
  if (!approval) return undefined;
  const { updatedInput, updatedPermissions } = approval;
  const updates = updatesIn(updatedPermissions);
  if (updates.length > 0) await (await bridge.ctx.kernel.service("permissions"))?.apply(session, updates);
  return { behavior: "allow", ...(isObject(updatedInput) && { input: updatedInput }) };
}

function decisionOf({ own, goesOn, stopReason }: Outcome): JsonObject[] {
  if (!goesOn) return [{ behavior: "deny", message: stopReason ?? "A hook stopped the turn.", interrupt: true }];
  return isObject(own["decision"]) ? [own["decision"]] : [];
}

function updatesIn(value: unknown): readonly PermissionUpdate[] {
  if (!Array.isArray(value)) return [];
  return value.filter((update) => isObject(update) && typeof update["type"] === "string") as PermissionUpdate[];
}

function tell(bridge: Bridge, { call }: Question, session: Session): void {
  if (!wants(bridge, "Notification", session)) return;
  const value = "permission_prompt";
  const message = `nacre needs your permission to use ${call.name}`;
  fireAside(bridge, "Notification", session, { value, input: { message, notification_type: value } });
}
