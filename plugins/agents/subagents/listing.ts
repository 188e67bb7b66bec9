import type { Session } from "../../../schemas/session.js";
import type { AgentType } from "./agent-type.js";

/** Characters of one description, and of all lines. */
const LONGEST = 250;
const MOST = 8_000;

/** Agents the tool's own words do not name, one line each; undefined where there are none. */
export function listing(types: readonly AgentType[]): string | undefined {
  const lines: string[] = [];
  let left = MOST;
  for (const { name, description } of types) {
    const full = `- ${name}: ${shortened(description)}`;
    const line = full.length < left ? full : `- ${name}`;
    if (line.length >= left) {
      lines.push(`- and ${types.length - lines.length} more`);
      break;
    }
    left -= line.length + 1;
    lines.push(line);
  }
  return lines.length === 0 ? undefined : `Agents for the tool Agent:\n${lines.join("\n")}`;
}

/** Whether a session was told these very words already. */
export function wasTold(session: Session, words: string): boolean {
  return session.messages.some(({ content }) => content.some((block) => block.type === "text" && block.text === words));
}

function shortened(description: string): string {
  const line = description.replaceAll(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 3).trimEnd()}...` : line;
}
