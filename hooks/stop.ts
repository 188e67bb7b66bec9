import { AsyncSeriesBailHook } from "tapable";
import type { ReplyEvent } from "../schemas/event.js";
import type { Session } from "../schemas/session.js";
import type { TapFacts, Wall } from "./wall.js";

/** The model asks for nothing more. */
export interface Finish {
  readonly reply: ReplyEvent;
  /** How often a tap has already kept this turn going. The kernel ends the turn after eight. */
  readonly continued: number;
}

/** The first prompt that a tap returns keeps the turn going. */
export type Stop = AsyncSeriesBailHook<[Finish, Session], string>;

type Fn = (finish: Finish, session: Session) => Promise<string | undefined>;

export function stop(wall: Wall): Stop {
  const hook: Stop = new AsyncSeriesBailHook<[Finish, Session], string>(["finish", "session"], "Stop");
  hook.intercept({ register: (tap) => ({ ...tap, fn: alone(tap, tap.fn as Fn, wall) }) });
  return hook;
}

function alone(tap: TapFacts, fn: Fn, wall: Wall): Fn {
  return async (finish, session) => {
    try {
      return await wall.call(tap.name, "Stop", tap.deadline ?? 60_000, () => fn(finish, session));
    } catch (error) {
      return void wall.report(tap.name, "Stop", error);
    }
  };
}
