import { randomUUID } from "node:crypto";
import type { Clock } from "../schemas/clock.js";

/** The machine's own time and randomness. */
export const systemClock: Clock = { name: "system", now: () => Date.now(), id: () => randomUUID() };
