import { EXIT, UserError } from "../../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../../schemas/json.js";

/** The versions of nacre that a manifest asks for: `extensions["dev.nacre"].engines.nacre`, or `engines.nacre`. */
export function needsOf(fields: JsonObject): string | undefined {
  const { extensions, engines } = fields;
  const own = isObject(extensions) && isObject(extensions["dev.nacre"]) ? extensions["dev.nacre"] : {};
  for (const one of [own["engines"], engines]) {
    if (isObject(one) && typeof one["nacre"] === "string") return one["nacre"];
  }
  return undefined;
}

/** Why a plugin is too new or too old for this nacre; undefined when it fits. */
export async function needsProblem(
  name: string,
  needs: string | undefined,
  version: string,
): Promise<string | undefined> {
  if (needs === undefined) return undefined;
  const { default: semver } = await import("semver");
  if (semver.validRange(needs) === null)
    return `Plugin "${name}" needs nacre ${JSON.stringify(needs)}, which is no range of versions.`;
  if (semver.satisfies(version, needs, { includePrerelease: true })) return undefined;
  return `Plugin "${name}" needs nacre ${needs}, and this is ${version}: update nacre or take another version of the plugin.`;
}

/** Throws a UserError where it does not fit. */
export async function checkNeeds(name: string, needs: string | undefined, version: string): Promise<void> {
  const problem = await needsProblem(name, needs, version);
  if (problem !== undefined) throw new UserError(problem, EXIT.plugin);
}
