import type { KernelView } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import type { Origin } from "../../../schemas/settings.js";
import { findStyle } from "./all-styles.js";
import { NORMAL, type Style } from "./style.js";

/** The style that settings and plugins ask for. */
export interface Settled {
  readonly style: Style;
  /** True when it was asked for on the command line of this very run. */
  readonly byFlag: boolean;
  /** A sentence for the person, where a name in a file of another shell is not known here. */
  readonly notice?: string;
}

/**
 * What the command line says, else the first style that a plugin insists on, else what settings say. Throws a UserError
 * for a name that is not known; one in a file that was written for another shell costs a notice only.
 */
export function settledStyle({ settings }: Pick<KernelView, "settings">, styles: readonly Style[]): Settled {
  const origin = settings.origins("outputStyle").findLast(({ held }) => held === undefined);
  const byFlag = origin?.layer === "flag";
  const forced = byFlag ? undefined : styles.find((style) => style.forced);
  if (forced) return { style: forced, byFlag };
  if (origin === undefined) return { style: findStyle(styles, NORMAL), byFlag };
  try {
    return { style: findStyle(styles, String(origin.value), placeOf(origin)), byFlag };
  } catch (error) {
    if (!/[\\/]\.claude[\\/][^\\/]*$/.test(origin.source)) throw error;
    return { style: findStyle(styles, NORMAL), byFlag, notice: messageOf(error) };
  }
}

function placeOf({ source }: Origin): string {
  return source === "outputStyle" ? "" : `${source}: `;
}
