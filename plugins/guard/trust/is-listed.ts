import { isAbsolute } from "node:path";
import { isWithin } from "../../../schemas/is-within.js";
import { realPath } from "../../../schemas/real-path.js";
import type { Place } from "./place-of.js";

/** Whether an entry of `trust.folders` stands for a place: for what lies in it but for repositories, unless it ends in `/**`. */
export function isListed({ folder, root, isRepository }: Place, listed: unknown, userHome: string): boolean {
  if (typeof listed !== "string") return false;
  const deep = listed.endsWith("/**");
  const path = (deep ? listed.slice(0, -3) : listed).replace(/^~(?=\/|$)/, userHome);
  const real = isAbsolute(path) ? realPath(path) : undefined;
  if (real === undefined || !isWithin(real, folder)) return false;
  return deep || !isRepository || !isWithin(real, root) || root === real;
}
