import { event, type Event } from "./event.js";
import { postToolUse, type PostToolUse } from "./post-tool-use.js";
import { preModel, type PreModel } from "./pre-model.js";
import { preToolUse, type PreToolUse } from "./pre-tool-use.js";
import { sessionStart, type SessionStart } from "./session-start.js";
import { stop, type Stop } from "./stop.js";
import { userPromptSubmit, type UserPromptSubmit } from "./user-prompt-submit.js";
import type { Wall } from "./wall.js";

/** The kernel's seven moments, in the order a turn meets them. */
export interface CorePoints {
  SessionStart: SessionStart;
  UserPromptSubmit: UserPromptSubmit;
  PreModel: PreModel;
  PreToolUse: PreToolUse;
  PostToolUse: PostToolUse;
  Stop: Stop;
  Event: Event;
}

/** The points that the kernel fires itself, each made for a wall. */
export const corePoints: { readonly [P in keyof CorePoints]: (wall: Wall) => CorePoints[P] } = {
  SessionStart: sessionStart,
  UserPromptSubmit: userPromptSubmit,
  PreModel: preModel,
  PreToolUse: preToolUse,
  PostToolUse: postToolUse,
  Stop: stop,
  Event: event,
};
