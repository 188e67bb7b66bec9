import { readFrontMatter } from "./front-matter.js";
import { boolOf, firstParagraph, given, notText, rest, textOf, type FileRead } from "./front-fields.js";

/** The documented keys of an output style. */
const STYLE_KEYS: readonly string[] = ["name", "description", "keep-coding-instructions", "force-for-plugin"];

/** Reads an output style. `fileName`, without its ending, is the name where the front matter has none. */
export async function readOutputStyleFile(text: string, fileName: string): Promise<FileRead> {
  const matter = await readFrontMatter(text, STYLE_KEYS);
  const written = textOf(matter.data["description"]);
  const data = {
    keepCodingInstructions: boolOf(matter.data["keep-coding-instructions"]) ?? false,
    ...given({ forceForPlugin: boolOf(matter.data["force-for-plugin"]), frontMatter: rest(matter) }),
  };
  return {
    name: textOf(matter.data["name"]) ?? fileName,
    description: written ?? firstParagraph(matter.body),
    described: written !== undefined,
    data,
    problems: [...matter.problems, ...notText(matter, ["name", "description"])],
    usable: true,
    matter,
  };
}
