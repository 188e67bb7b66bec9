import type { Invocation } from "../../../../schemas/front.js";
import type { FoundPlaces } from "../find-places.js";
import type { Showing } from "../memory.js";
export async function runCheck(_found: FoundPlaces, _showing: Showing, _invocation: Invocation): Promise<number> {
  return 0;
}
