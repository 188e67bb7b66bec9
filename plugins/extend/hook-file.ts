import { isObject, type JsonObject } from "../../schemas/json.js";
import { parseJson, placeInJson } from "./diagnostic.js";
import type { Fault } from "./front-matter.js";

/** The events of the public hook protocol. */
export const HOOK_EVENTS: readonly string[] = [
  ..."SessionStart Setup InstructionsLoaded UserPromptSubmit UserPromptExpansion MessageDisplay PreToolUse".split(" "),
  ..."PermissionRequest PermissionDenied PostToolUse PostToolUseFailure PostToolBatch Notification".split(" "),
  ..."SubagentStart SubagentStop TaskCreated TaskCompleted Stop StopFailure TeammateIdle ConfigChange".split(" "),
  ..."CwdChanged DirectoryAdded FileChanged WorktreeCreate WorktreeRemove PreCompact PostCompact".split(" "),
  ..."PreModelSwitch PostModelSwitch SessionEnd Elicitation ElicitationResult".split(" "),
];

const KNOWN: ReadonlySet<string> = new Set(HOOK_EVENTS);

/** More handlers than this in one file are not read. */
const MOST_HANDLERS = 1000;

/** Nobody reads more complaints about one file. */
const MOST_PROBLEMS = 50;

/** Handlers under one matcher, as they are written; unknown fields are kept. */
export interface HookGroup extends JsonObject {
  readonly matcher?: unknown;
  readonly hooks: readonly JsonObject[];
}

export interface HooksRead {
  readonly description: string;
  /** By event, known ones only. What a handler must hold is for whoever runs it to judge. */
  readonly hooks: Readonly<Record<string, readonly HookGroup[]>>;
  /** Names of events that nobody knows, and how many handlers wait for them. */
  readonly unknownEvents: Readonly<Record<string, number>>;
  readonly problems: readonly Fault[];
  /** False when nothing in it could be read. */
  readonly usable: boolean;
}

/** Reads a hook file: the documented shape, and those that are seen beside it. Never throws. */
export function readHookFile(text: string): HooksRead {
  const { value, fault } = parseJson(text);
  if (fault) return { ...EMPTY, problems: [fault] };
  const read = readHooks(value, (path) => placeInJson(text, path));
  const isBare = read.usable && isObject(value) && !Object.hasOwn(value, "hooks");
  return isBare ? { ...read, problems: [NO_WRAPPER, ...read.problems] } : read;
}

const NO_WRAPPER: Fault = {
  severity: "info",
  code: "hooks-no-wrapper",
  message: 'The events stand outside of "hooks"; they are read all the same.',
  fix: 'Write { "hooks": { ... } }.',
  line: 1,
  column: 1,
};

const EMPTY: HooksRead = { description: "", hooks: {}, unknownEvents: {}, problems: [], usable: false };

type Where = (path: (string | number)[]) => Pick<Fault, "line" | "column"> | undefined;

/** Reads hooks that stand in a manifest or in front matter. `where` finds places in the file they are written in. */
export function readHooks(value: unknown, where: Where = () => undefined): HooksRead {
  const reading = new Reading(where);
  const wrapped = isObject(value) && Object.hasOwn(value, "hooks") ? value["hooks"] : value;
  const path = wrapped === value ? [] : ["hooks"];
  if (isObject(wrapped)) reading.events(wrapped, path);
  else if (Array.isArray(wrapped)) reading.list(wrapped, path);
  else {
    reading.fault([], "error", "hooks-shape", "Hooks have to be an object of events, each with a list.");
    return { ...EMPTY, problems: reading.problems };
  }
  const description = isObject(value) && typeof value["description"] === "string" ? value["description"] : "";
  const { hooks, unknownEvents, problems } = reading;
  return { description, hooks, unknownEvents, problems, usable: true };
}

class Reading {
  readonly hooks: Record<string, HookGroup[]> = {};
  readonly unknownEvents: Record<string, number> = {};
  readonly problems: Fault[] = [];
  readonly #where: Where;
  #left = MOST_HANDLERS;

  constructor(where: Where) {
    this.#where = where;
  }

  fault(path: (string | number)[], severity: Fault["severity"], code: string, message: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ severity, code, message, ...this.#where(path) });
  }

  events(events: JsonObject, path: readonly string[]): void {
    for (const [event, groups] of Object.entries(events)) {
      // Beside the events of a file without the wrapper there may be other fields.
      if (!Array.isArray(groups) && !isObject(groups) && !KNOWN.has(event)) continue;
      if (Array.isArray(groups) || (isObject(groups) && KNOWN.has(event))) {
        for (const [place, group] of [groups].flat().entries()) this.#group(event, group, [...path, event, place]);
      } else this.fault([...path, event], "error", "hooks-shape", `"${event}" has to be a list of groups.`);
    }
  }

  /** A list of hooks, each of which names its event. */
  list(items: readonly unknown[], path: readonly string[]): void {
    for (const [place, item] of items.entries()) {
      const event = isObject(item) ? (item["event"] ?? item["hookEvent"]) : undefined;
      if (typeof event === "string") this.#group(event, item, [...path, place]);
      else this.fault([...path, place], "error", "hooks-shape", "A hook in a list has to name its event.");
    }
  }

  #group(event: string, group: unknown, path: (string | number)[]): void {
    if (!isObject(group)) return this.fault(path, "error", "hooks-shape", `A group of "${event}" is no object.`);
    const { hooks, ...others } = group;
    const isBare = hooks === undefined && (typeof group["command"] === "string" || typeof group["type"] === "string");
    const handlers = isBare ? [group] : [hooks].flat().filter(isObject);
    if (handlers.length === 0)
      return this.fault(path, "error", "hooks-shape", `A group of "${event}" has no handlers.`);
    if (isBare) this.fault(path, "warning", "hooks-no-group", `A handler of "${event}" stands outside of a group.`);
    const before = this.#left;
    this.#left -= handlers.length;
    if (before < 0) return;
    if (this.#left < 0) {
      const message = `More than ${MOST_HANDLERS} handlers; the rest is not read.`;
      return this.fault(path, "error", "too-many-hooks", message);
    }
    if (!KNOWN.has(event)) return this.#unknown(event, handlers.length, path);
    const matcher = isObject(group) && isBare ? { matcher: group["matcher"] } : others;
    const made = { ...matcher, hooks: handlers } as HookGroup;
    // Own names only: an event may be called like something every object has.
    (Object.hasOwn(this.hooks, event) ? this.hooks[event]! : (this.hooks[event] = [])).push(made);
  }

  #unknown(event: string, count: number, path: (string | number)[]): void {
    if (event === "__proto__") return;
    const near = HOOK_EVENTS.find((known) => known.toLowerCase() === event.toLowerCase());
    const hint = near === undefined ? "" : ` Did you mean ${near}?`;
    this.fault(path, "warning", "hooks-unknown-event", `There is no event "${event}"; its hooks never run.${hint}`);
    const before = Object.hasOwn(this.unknownEvents, event) ? this.unknownEvents[event]! : 0;
    this.unknownEvents[event] = before + count;
  }
}
