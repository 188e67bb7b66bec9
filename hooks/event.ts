import { SyncHook } from "tapable";
import type { TurnEvent } from "../schemas/event.js";
import type { Session } from "../schemas/session.js";
import type { Wall } from "./wall.js";

/** Something happened. Watchers see it in order and at once; none can change or break the turn. */
export type Event = SyncHook<[TurnEvent, Session]>;

export function event(wall: Wall): Event {
  const hook: Event = new SyncHook<[TurnEvent, Session]>(["event", "session"], "Event");
  hook.intercept({
    register: (tap) => {
      const fn = tap.fn as (event: TurnEvent, session: Session) => void;
      return { ...tap, fn: wall.watcher(tap.name, "Event", fn) };
    },
  });
  return hook;
}
