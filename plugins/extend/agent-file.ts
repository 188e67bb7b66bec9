import { isObject } from "../../schemas/json.js";
import { readFrontMatter, type Fault, type FrontMatter } from "./front-matter.js";
import {
  about,
  boolOf,
  countOf,
  firstParagraph,
  given,
  namesOf,
  notText,
  rest,
  textOf,
  type FileRead,
} from "./front-fields.js";
import { splitTools } from "./split-tools.js";

/** The documented keys of an agent's file. */
const AGENT_KEYS: readonly string[] = [
  ..."name description tools disallowedTools model provider permissionMode maxTurns effort color skills".split(" "),
  ..."mcpServers hooks memory background isolation initialPrompt omitClaudeMd allowed-tools experimental".split(" "),
];

/**
 * Reads an agent's file. `fileName` without its ending is the name where the front matter has none; `scope` the folders
 * below `agents`, joined by ":". The body is the agent's prompt. `data.tools` is absent where every tool is inherited.
 */
export async function readAgentFile(text: string, fileName: string, scope = ""): Promise<FileRead> {
  const matter = await readFrontMatter(text, AGENT_KEYS);
  const name = textOf(matter.data["name"]) ?? fileName;
  const written = textOf(matter.data["description"]);
  const problems: Fault[] = [...matter.problems, ...notText(matter, ["name", "description"])];
  if (matter.present && matter.data["name"] === undefined) {
    const message = `The agent has no name; it is called "${name}" after its file.`;
    problems.push(about(matter, "name", { code: "no-name", message, fix: "Add name: to the front matter." }));
  }
  if (written === undefined) {
    const message = "The agent has no description; the model cannot tell when to use it.";
    problems.push(
      about(matter, "description", { code: "no-description", message, fix: "Add description: to the front matter." }),
    );
  }
  const data = { ...agentFields(matter), ...given({ scope: scope || undefined, frontMatter: rest(matter) }) };
  const description = written ?? firstParagraph(matter.body);
  return { name, description, described: written !== undefined, data, problems, usable: true, matter };
}

function agentFields({ data }: FrontMatter): Readonly<Record<string, unknown>> {
  const tools = listed(data["tools"] ?? data["allowed-tools"]);
  return given({
    tools: tools?.includes("*") ? undefined : tools,
    disallowedTools: listed(data["disallowedTools"] ?? data["disallowed-tools"]),
    model: textOf(data["model"]),
    provider: textOf(data["provider"]),
    permissionMode: textOf(data["permissionMode"]),
    maxTurns: countOf(data["maxTurns"]),
    effort: textOf(data["effort"]),
    color: textOf(data["color"]),
    skills: namesOf(data["skills"]),
    memory: textOf(data["memory"]),
    background: boolOf(data["background"]),
    isolation: textOf(data["isolation"]),
    initialPrompt: textOf(data["initialPrompt"]),
    omitClaudeMd: boolOf(data["omitClaudeMd"]),
    mcpServers: data["mcpServers"] ?? undefined,
    hooks: isObject(data["hooks"]) ? data["hooks"] : undefined,
  });
}

/**
 * A map of tools to booleans, as other products write it, stands for those that are not switched off: whatever is
 * written there must never come to mean more.
 */
function listed(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return splitTools(isObject(value) ? Object.keys(value).filter((key) => boolOf(value[key]) !== false) : value);
}
