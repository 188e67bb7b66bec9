import type { JsonObject } from "../../schemas/json.js";

/** Whether a skill or command runs in an agent of its own. */
export function forks({ data }: { readonly data: JsonObject }): boolean {
  return data["context"] === "fork";
}
