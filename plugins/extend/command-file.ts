import { isObject, type JsonObject } from "../../schemas/json.js";
import { placeAt } from "./diagnostic.js";
import { readFrontMatter, type Fault, type FrontMatter } from "./front-matter.js";
import { about, firstParagraph, given, notText, rest, textOf, type FileRead } from "./front-fields.js";
import { skillFields } from "./skill-file.js";
import { splitTools } from "./split-tools.js";

/** The documented keys of a command file. */
const COMMAND_KEYS: readonly string[] = [
  ..."name description when_to_use argument-hint arguments allowed-tools allowed_tools disallowed-tools".split(" "),
  ..."model effort context agent background hooks shell disable-model-invocation user-invocable".split(" "),
  ..."hide-from-slash-command-tool".split(" "),
];

/**
 * Reads a Markdown command. Its name is that of its file (folders joined by ":"), never the front matter's. `entry` is
 * what a manifest says of it, which wins.
 */
export async function readCommandFile(text: string, name: string, entry?: JsonObject): Promise<FileRead> {
  const matter = await readFrontMatter(text, COMMAND_KEYS);
  const problems: Fault[] = [...matter.problems, ...notText(matter, ["description"])];
  const own = textOf(matter.data["name"]);
  if (own !== undefined && own !== name && own !== name.split(":").at(-1)) {
    const message = `The command is /${name} after its file; "name: ${own}" has no effect.`;
    problems.push({ ...about(matter, "name", { code: "command-name", message }), severity: "info" });
  }
  return read(matter, name, problems, entry);
}

/** Reads a TOML command, with `prompt` and `description`. Its `data.syntax` is "gemini", its body the prompt. */
export async function readTomlCommand(text: string, name: string): Promise<FileRead> {
  const { TomlError, parse } = await import("smol-toml");
  try {
    const { prompt, description, ...others } = parse(text) as JsonObject;
    const wrong = typeof prompt !== "string" || prompt.trim() === "";
    const fault: Fault = { severity: "error", code: "no-prompt", message: 'A TOML command needs a text "prompt".' };
    const body = wrong ? "" : prompt;
    const matter = { ...EMPTY, body, data: { ...(typeof description === "string" && { description }), ...others } };
    const made = read(matter, name, wrong ? [{ ...fault, line: 1 }] : []);
    return { ...made, data: { ...made.data, syntax: "gemini" }, usable: !wrong };
  } catch (error) {
    const place = error instanceof TomlError ? { line: error.line, column: error.column } : placeAt(text, 0);
    const why = error instanceof TomlError ? (error.message.split("\n")[0] ?? "").replace(/^[^:]*: /, "") : "";
    const message = `Not valid TOML${why && `: ${why}`}.`;
    const made = read(EMPTY, name, [{ severity: "error", code: "not-toml", message, ...place }]);
    return { ...made, usable: false };
  }
}

const EMPTY: FrontMatter = {
  data: {},
  body: "",
  bodyLine: 1,
  problems: [],
  recovered: false,
  present: false,
  block: "",
  blockLine: 1,
};

function read(matter: FrontMatter, name: string, problems: readonly Fault[], entry: JsonObject = {}): FileRead {
  const written = textOf(entry["description"]) ?? textOf(matter.data["description"]);
  const allowed = splitTools(entry["allowedTools"]);
  const over = given({
    argumentHint: textOf(entry["argumentHint"]),
    model: textOf(entry["model"]),
    allowedTools: allowed.length > 0 ? allowed : undefined,
  });
  const { paths: _, ...fields } = skillFields(matter);
  return {
    name,
    description: written ?? firstParagraph(matter.body),
    described: written !== undefined,
    data: { ...fields, ...over, ...given({ frontMatter: rest(matter) }) },
    problems,
    usable: true,
    matter,
  };
}

/** What a manifest's map of commands says of one, checked: `source` or `content`, one of them. */
export function commandEntry(value: unknown): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const { source, content } = value;
  return (typeof source === "string") !== (typeof content === "string") ? value : undefined;
}
