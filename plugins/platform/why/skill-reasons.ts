import type { KernelView } from "../../../core/types.js";
import { isObject } from "../../../schemas/json.js";
import type { OwnedPart } from "../../../schemas/parts.js";
import type { Origin } from "../../../schemas/settings.js";
import type { SkillRow } from "./skill-row.js";

/** Everything that keeps a skill from the model or from being typed, one sentence each with its place. */
export function skillReasons(kernel: KernelView, row: SkillRow, part: OwnedPart | undefined): readonly string[] {
  const { settings } = kernel;
  const given = (path: string): readonly Origin[] => settings.origins(path).filter(({ held }) => held === undefined);
  const reasons: string[] = [];
  if (settings.get("commands.disabled") === true)
    reasons.push(`No skills at all: commands.disabled${from(given("commands.disabled"))}.`);
  if (row.source === "built in" && settings.get("disableBundledSkills") === true) {
    reasons.push(`Skills that ship with nacre are off: disableBundledSkills${from(given("disableBundledSkills"))}.`);
  }
  const names = [row.name, part?.name ?? row.name];
  const said = given("skillOverrides").findLast(
    ({ value }) => isObject(value) && names.some((name) => Object.hasOwn(value, name)),
  );
  if (said && isObject(said.value)) {
    const value = names.map((name) => (said.value as Record<string, unknown>)[name]).find((one) => one !== undefined);
    reasons.push(`skillOverrides says "${String(value)}"${from([said])}.`);
  }
  if (part?.data["modelInvocable"] === false)
    reasons.push("Its front matter keeps it from the model: disable-model-invocation.");
  if (part?.data["userInvocable"] === false)
    reasons.push("Its front matter keeps it from being typed: user-invocable.");
  for (const origin of given("permissions.deny")) {
    const rule = [origin.value]
      .flat()
      .map(String)
      .find((one) => denies(one, row.name));
    if (rule !== undefined) reasons.push(`The rule "${rule}" refuses it${from([origin])}.`);
  }
  if (Array.isArray(row.paths))
    reasons.push(`It waits for files that fit ${row.paths.map(String).join(" ")}: paths in its front matter.`);
  return reasons;
}

function denies(rule: string, name: string): boolean {
  const found = /^(?:Skill|SlashCommand)(?:\((.*?)(?: \*|:\*)?\))?$/.exec(rule.trim());
  return found !== null && (found[1] === undefined || found[1] === "*" || found[1] === name);
}

/** Where a value was given last. */
function from(origins: readonly Origin[]): string {
  const last = origins.at(-1);
  return last === undefined ? "" : ` (${last.source})`;
}
