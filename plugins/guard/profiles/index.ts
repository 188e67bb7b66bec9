import type { Setup } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import { profileLayers } from "../profile.js";

/** What a profile sets stands below what the same source says itself, and above every weaker source. */
const setup: Setup = ({ kernel: { settings } }) => {
  try {
    for (const layer of profileLayers(settings)) settings.add(layer, "below");
  } catch (error) {
    if (!(error instanceof UserError)) throw error; // The permission gate says it before anything runs.
  }
};

export default setup;
