import type { KernelView } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import type { OwnedPart } from "../../../schemas/parts.js";
import type { AgentType } from "./agent-type.js";
import { promptIn } from "./prompt-in.js";

/** Bodies of the skills an agent is to know from the start, and one sentence for each that it cannot have. */
export async function skillsFor(
  kernel: KernelView,
  { name, skills }: AgentType,
): Promise<{ readonly texts: readonly string[]; readonly problems: readonly string[] }> {
  const texts: string[] = [];
  const problems: string[] = [];
  if (skills.length === 0) return { texts, problems };
  const parts = (await (await kernel.service("catalogue"))?.parts("skill")) ?? [];
  for (const skill of skills) {
    const part = parts.find((one) => nameOf(one) === skill) ?? parts.find((one) => one.name === skill);
    try {
      if (!part) problems.push(`The agent ${name} asks for the skill ${skill}, which is not there.`);
      else if (isForPeople(part))
        problems.push(`The skill ${skill} is for people only; the agent ${name} does not get it.`);
      else texts.push(`<skill name="${skill}">\n${await promptIn(kernel, part)}\n</skill>`);
    } catch (error) {
      problems.push(`The agent ${name} does not get the skill ${skill}: ${messageOf(error)}`);
    }
  }
  return { texts, problems };
}

function nameOf({ name, owner }: OwnedPart): string {
  return owner.namespaced ? `${owner.name}:${name}` : name;
}

function isForPeople({ data }: OwnedPart): boolean {
  return data["modelInvocable"] === false;
}
