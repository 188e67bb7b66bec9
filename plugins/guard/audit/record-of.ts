import type { Decision } from "../../../schemas/decision.js";
import type { TurnEvent } from "../../../schemas/event.js";
import type { JsonObject } from "../../../schemas/json.js";
import { textOf } from "../../../schemas/message.js";
import { redact } from "../../../schemas/redact.js";
import { withTexts } from "../../../schemas/with-texts.js";
import { canonical, sha256 } from "./canonical.js";

/** Characters of one text that are written; of the rest only its size and hash. */
const SHORT = 2_000;
const LONG = 64 * 1024;
/** Characters of one call's input, all in all. */
const MOST_INPUT = 64 * 1024;

const TOLD: ReadonlySet<string> = new Set("session prompt call result change notice hook rewind end close".split(" "));

/** Whether the log may have something to keep of an event, or ends with it. */
export function isTold({ type }: TurnEvent): boolean {
  return TOLD.has(type);
}

/** What the log keeps of an event; undefined for what it does not tell. */
export function recordOf(event: TurnEvent, contents: boolean): JsonObject | undefined {
  switch (event.type) {
    case "session": {
      const { id, source, version, root, cwd, provider, model, parent, name, headless } = event;
      return told({ type: "start", id, source, version, root, cwd, provider, model, parent, name, headless });
    }
    case "prompt":
      return told({ type: "prompt", id: event.id, origin: event.origin, ...measured(textOf(event.content), SHORT) });
    case "call": {
      const { id, name, effect, input, decision, apart } = event;
      return told({ type: "call", id, tool: name, effect, input: shortInput(input), ...decided(decision), apart });
    }
    case "result": {
      const { id, name, isError, ms, refused, content, apart } = event;
      if (refused) return told({ type: "refusal", id, tool: name, ...decided(refused), apart });
      const text = typeof content === "string" ? content : canonical(content);
      return told({ type: "result", id, tool: name, isError, ms, ...measured(text, contents ? LONG : 0), apart });
    }
    case "change": {
      const { type, cwd, provider, model, mode, name } = event;
      return told({ type, cwd, provider, model, mode, name });
    }
    case "notice":
      return event.level === "info" && event.plugin === undefined
        ? undefined
        : told({ type: "notice", level: event.level, plugin: event.plugin, text: event.text.slice(0, SHORT) });
    case "hook": {
      const { name, handler, from, outcome, exitCode, effects } = event;
      return told({ type: "hook", name, handler, from, outcome, exitCode, effects: [...effects] });
    }
    case "rewind":
      return told({ type: "rewind", to: event.to });
    case "end": {
      const { type, reason, turns, ms, message } = event;
      return told({ type, reason, turns, ms, message });
    }
    default:
      return undefined;
  }
}

function decided({ behavior, by, rule, origin, reason }: Decision): Readonly<Record<string, unknown>> {
  return { decision: { behavior, by, rule, origin, reason: reason.slice(0, SHORT) } };
}

function measured(text: string, most: number): Readonly<Record<string, unknown>> {
  return { chars: text.length, sha256: sha256(text), ...(most > 0 && { text: text.slice(0, most) }) };
}

/** Long texts of an input are told by size and hash; the whole input where it is large all in all. */
function shortInput(input: JsonObject): unknown {
  const shown = withTexts(input, (text) => (text.length > SHORT ? measured(text, SHORT) : text));
  return JSON.stringify(shown).length > MOST_INPUT ? measured(canonical(input), SHORT) : shown;
}

/** What is told, without keys. */
function told(record: Readonly<Record<string, unknown>>): JsonObject {
  return withTexts(record, redact) as JsonObject;
}
