import { UserError } from "../../../schemas/errors.js";
import type { WireError } from "./protocol.js";

/** What programs say that find no way out of a network of their own. */
const NO_WAY_OUT = /\b(?:ENETUNREACH|EAI_AGAIN|ENOTFOUND|ECONNREFUSED|fetch failed)\b/;

/** What a plugin's function has thrown, as an error on this side; `isOffline`: walls keep it off the network. */
export function answeredError({ message, user }: WireError, isOffline: boolean): Error {
  if (user) return new UserError(message);
  if (!isOffline || !NO_WAY_OUT.test(message)) return new Error(message);
  return new Error(`${message} (the network is not granted to this plugin; see "capabilities" in docs/plugins.md)`);
}
