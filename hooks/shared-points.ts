import type { InstructionsLoaded } from "./instructions-loaded.js";
import type { UserPromptExpansion } from "./user-prompt-expansion.js";

/** Moments that one plugin fires and others listen to. They exist while the plugin that fires them is loaded. */
export interface SharedPoints {
  UserPromptExpansion: UserPromptExpansion;
  InstructionsLoaded: InstructionsLoaded;
}
