/**
 * What the build gives provider SDKs in place of globals of the same names (see light-globals.plugin.mjs). Touching
 * the real ones makes Node load its whole fetch implementation, which costs 15 to 20 ms before the first request.
 */
export { LightHeaders as Headers } from "./light-headers.js";

/** No answer of ours is one: SDKs are given `httpFetch`, and only ask whether something came from Node's own fetch. */
export const Response: new () => never = absent("Response");

/** Forms are for uploads, which no provider makes. */
export const FormData: new () => never = absent("FormData");

/** A constructor that nothing comes from. */
function absent(name: string): new () => never {
  return function (): never {
    throw new Error(`${name} is not part of this build`);
  } as unknown as new () => never;
}
