import { isObject } from "../../../schemas/json.js";

/** The skills that the model called in a recording (`nacre --record`), each once. */
export function chosenIn(recording: string): readonly string[] {
  const chosen = new Set<string>();
  for (const line of recording.split("\n")) {
    if (!line.includes('"Skill"')) continue;
    const skill = skillCalled(line);
    if (skill !== undefined) chosen.add(skill.replace(/^\//, ""));
  }
  return [...chosen];
}

function skillCalled(line: string): string | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    if (!isObject(entry) || entry["type"] !== "call" || entry["name"] !== "Skill") return undefined;
    const input = entry["input"];
    const skill = isObject(input) ? input["skill"] : undefined;
    return typeof skill === "string" && skill !== "" ? skill : undefined;
  } catch {
    return undefined; // The last line of a recording that was cut off.
  }
}
