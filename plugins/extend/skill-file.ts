import { isObject } from "../../schemas/json.js";
import { readFrontMatter, type Fault, type FrontMatter } from "./front-matter.js";
import {
  about,
  argumentHintOf,
  boolOf,
  firstParagraph,
  given,
  globsOf,
  namesOf,
  notText,
  rest,
  textOf,
  type FileRead,
} from "./front-fields.js";
import { splitTools } from "./split-tools.js";

/** The documented keys of a SKILL.md. */
const SKILL_KEYS: readonly string[] = [
  ..."name description when_to_use license compatibility metadata allowed-tools disallowed-tools".split(" "),
  ..."argument-hint arguments disable-model-invocation user-invocable model-invocable model effort context".split(" "),
  ..."agent background hooks paths shell triggers".split(" "),
];

/**
 * Reads a SKILL.md. `folder` is the name of the folder it stands in. With `strict` a skill that does not conform to the
 * Agent Skills specification is not usable; unknown keys are no reason.
 */
export async function readSkillFile(
  text: string,
  { folder, strict = false }: { readonly folder: string; readonly strict?: boolean },
): Promise<FileRead> {
  const matter = await readFrontMatter(text, SKILL_KEYS);
  const name = textOf(matter.data["name"]) ?? folder;
  const written = textOf(matter.data["description"]);
  const description = written ?? firstParagraph(matter.body);
  const faults = strict ? breaches(matter, folder) : [];
  const problems = [...matter.problems, ...faults, ...(strict ? [] : oddities(matter, description))];
  const data = { ...skillFields(matter), folder, ...given({ frontMatter: rest(matter) }) };
  return { name, description, described: written !== undefined, data, problems, usable: faults.length === 0, matter };
}

/** What skills and command files have in common. */
export function skillFields(matter: FrontMatter): Readonly<Record<string, unknown>> {
  const { data } = matter;
  const { context } = data;
  const hidden = boolOf(data["disable-model-invocation"]) ?? boolOf(data["hide-from-slash-command-tool"]);
  const allowed = splitTools(data["allowed-tools"] ?? data["allowed_tools"]);
  const disallowed = splitTools(data["disallowed-tools"] ?? data["disallowedTools"]);
  return given({
    whenToUse: textOf(data["when_to_use"]),
    argumentHint: argumentHintOf(matter),
    arguments: argumentNames(data["arguments"]),
    modelInvocable: hidden === undefined ? (boolOf(data["model-invocable"]) ?? true) : !hidden,
    userInvocable: boolOf(data["user-invocable"]) ?? true,
    allowedTools: allowed.length > 0 ? allowed : undefined,
    disallowedTools: disallowed.length > 0 ? disallowed : undefined,
    model: textOf(data["model"]),
    effort: textOf(data["effort"]),
    context: context === "fork" ? context : undefined,
    agent: textOf(data["agent"]),
    background: boolOf(data["background"]),
    hooks: isObject(data["hooks"]) ? data["hooks"] : undefined,
    paths: globsOf(data["paths"]),
    shell: textOf(data["shell"]),
  });
}

/** Names of positions; lists of maps are taken by their `name`, as they are seen in the wild. */
function argumentNames(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return namesOf(value);
  return value.flatMap((item) => textOf(isObject(item) ? item["name"] : item) ?? []);
}

function oddities(matter: FrontMatter, description: string): Fault[] {
  const name = textOf(matter.data["name"]);
  const problems = notText(matter, ["name", "description"]);
  if (name !== undefined && !/^[\p{Ll}\p{Lo}\p{N}-]{1,64}$/u.test(name)) {
    const message = `The name "${name}" is not made of small letters, digits and hyphens; other clients may refuse it.`;
    problems.push(about(matter, "name", { code: "skill-name", message }));
  }
  if (description === "") {
    const message = "There is no description and no paragraph to take it from; the model sees the name alone.";
    problems.push(
      about(matter, "description", { code: "no-description", message, fix: "Add description: to the front matter." }),
    );
  }
  return problems;
}

const RULE = "Agent Skills specification";

/** Where a skill does not conform to the specification. */
function breaches(matter: FrontMatter, folder: string): Fault[] {
  const faults: Fault[] = [];
  const breach = (key: string, message: string): void => {
    faults.push({ ...about(matter, key, { code: "skill-not-conforming", message }), severity: "error", rule: RULE });
  };
  const broken = matter.problems.find(({ code }) => code !== "proto-key");
  if (!matter.present) breach("name", "A skill needs YAML front matter with name and description.");
  else if (broken) breach("name", "The front matter has to be valid YAML between two lines ---.");
  else {
    const { name, description, compatibility, license, metadata } = matter.data;
    const tools = matter.data["allowed-tools"];
    const why = nameBreach(name, folder);
    if (why !== undefined) breach("name", why);
    if (!isText(description, 1024)) breach("description", "The description has to be a text of 1 to 1024 characters.");
    if (compatibility !== undefined && !isText(compatibility, 500))
      breach("compatibility", '"compatibility" has to be a text of 1 to 500 characters.');
    if (license !== undefined && typeof license !== "string") breach("license", '"license" has to be text.');
    if (tools !== undefined && typeof tools !== "string")
      breach("allowed-tools", '"allowed-tools" has to be one text with blanks between the tools.');
    if (metadata !== undefined && !isTexts(metadata)) breach("metadata", '"metadata" has to be a map of texts.');
  }
  return faults;
}

function nameBreach(name: unknown, folder: string): string | undefined {
  if (typeof name !== "string" || name === "") return "The name is missing or no text.";
  const normal = name.normalize("NFKC");
  if ([...normal].length > 64) return "The name is longer than 64 characters.";
  if (!/^[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*$/u.test(normal) || normal !== normal.toLowerCase())
    return `The name "${name}" is not made of small letters and digits with single hyphens between them.`;
  if (normal !== folder.normalize("NFKC")) return `The name "${name}" is not that of its folder, "${folder}".`;
  return undefined;
}

function isText(value: unknown, most: number): boolean {
  return typeof value === "string" && value.trim() !== "" && [...value].length <= most;
}

/** Numbers and booleans pass: in YAML they are texts that happen to look like something else. */
function isTexts(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((one) => one !== null && typeof one !== "object");
}
