import type { Start } from "../../../hooks/session-start.js";
import type { JsonObject } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import { contextOf, fire, marksOf, PATIENT, textField, wants, type Bridge } from "./bridge.js";
import { isJudge } from "./own.js";
import { stopOf, type Outcome } from "./outcome.js";
import { refreshed } from "./refresh.js";

/** SessionStart, Setup and SubagentStart. */
export function tapSession(bridge: Bridge): void {
  bridge.ctx.tap(
    "SessionStart",
    async (start, session) => {
      if (isJudge(session)) return undefined;
      marksOf(bridge, session); // From here on folders count as added.
      if (session.agent) return subagentStarts(bridge, start, session);
      await refreshed(bridge, session);
      await setUp(bridge, session);
      return sessionStarts(bridge, start, session);
    },
    PATIENT,
  );
}

async function subagentStarts(bridge: Bridge, start: Start, session: Session): Promise<Start | undefined> {
  if (!wants(bridge, "SubagentStart", session)) return undefined;
  const value = session.agent!.type;
  const outcomes = await fire(bridge, "SubagentStart", session, { value, input: {} });
  return { ...start, context: [...start.context, ...contextOf("SubagentStart", outcomes)] };
}

/** Once in a run that was started with --init or --maintenance. */
async function setUp(bridge: Bridge, session: Session): Promise<void> {
  const trigger = bridge.ctx.kernel.settings.get("setup_hooks");
  if (typeof trigger !== "string" || done.has(bridge) || !wants(bridge, "Setup", session)) return;
  done.add(bridge);
  const envFile = bridge.envFiles.open(session.id, "session");
  await fire(bridge, "Setup", session, { value: trigger, input: { trigger }, ...(envFile && { envFile }) });
  await bridge.envFiles.take(session);
}

const done = new WeakSet<Bridge>();

async function sessionStarts(bridge: Bridge, start: Start, session: Session): Promise<Start | undefined> {
  watchNames(bridge, session);
  if (!wants(bridge, "SessionStart", session)) return undefined;
  const { source } = start;
  const envFile = bridge.envFiles.open(session.id, "session");
  const input = { source, model: session.model, ...titleOf(session), ...agesOf(bridge, source, session) };
  const outcomes = await fire(bridge, "SessionStart", session, { value: source, input, ...(envFile && { envFile }) });
  await bridge.envFiles.take(session);
  await heed(bridge, session, outcomes);
  return { ...start, context: [...start.context, ...contextOf("SessionStart", outcomes)] };
}

function titleOf({ name }: Session): JsonObject {
  return name === undefined ? {} : { session_title: name };
}

/** How old and how large a conversation is that is taken up again. */
function agesOf({ ctx }: Bridge, source: Start["source"], { replies }: Session): JsonObject {
  const last = replies.at(-1);
  if (source === "startup" || !last) return {};
  const seconds = Math.max(0, Math.round((ctx.kernel.clock.now() - last.at) / 1_000));
  const { input, output, cacheRead, cacheWrite } = last.usage;
  return {
    seconds_since_last_response: seconds,
    context_tokens: input + output + cacheRead + cacheWrite,
    prompt_cache_likely_expired: seconds > 300,
  };
}

async function heed(bridge: Bridge, session: Session, outcomes: readonly Outcome[]): Promise<void> {
  const { ctx, watch } = bridge;
  const stop = stopOf(outcomes);
  if (stop !== undefined) marksOf(bridge, session).halt = stop;
  const title = textField(outcomes, "sessionTitle");
  if (title !== undefined) session.emit({ type: "change", at: ctx.kernel.clock.now(), name: title.slice(0, 200) });
  const first = session.headless ? textField(outcomes, "initialUserMessage") : undefined;
  if (first !== undefined) session.append([{ type: "text", text: first }], "hook");
  watchWanted(watch, outcomes);
  if (outcomes.some(({ own }) => own["reloadSkills"] === true)) {
    await (await ctx.kernel.service("catalogue"))?.refresh();
  }
}

/** Takes the paths that hooks want watched. */
export function watchWanted(watch: Bridge["watch"], outcomes: readonly Outcome[]): void {
  const lists = outcomes.flatMap(({ own }) => (Array.isArray(own["watchPaths"]) ? [own["watchPaths"]] : []));
  if (lists.length > 0) watch.paths(lists.flat() as string[]);
}

/** Watches the files that matchers of FileChanged name. */
export function watchNames({ book, watch }: Bridge, session: Session, cwd: string = session.cwd): void {
  const hooks = book.of("FileChanged", session);
  if (hooks.length === 0) return;
  const names = hooks.flatMap(({ matcher }) => (matcher === undefined || matcher === "" ? [] : matcher.split("|")));
  watch.names(
    cwd,
    names.map((name) => name.trim()).filter((name) => name !== "" && !name.includes("/")),
  );
}
