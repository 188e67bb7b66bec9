import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { OwnedPart } from "../../../schemas/parts.js";
import { readOutputStyleFile } from "../output-style-file.js";
import { readWords } from "../unseen.js";
import { cut } from "../split-front-matter.js";
import { refusal } from "../unapproved.js";
import { FORMAT_DEFAULT, NORMAL, type Style } from "./style.js";

/** A style that ships with nacre, as the manifest holds it. */
export interface ShippedStyle {
  readonly name: string;
  /** A Markdown file with front matter. */
  readonly text: string;
}

declare module "../../../core/types.js" {
  interface Registries {
    outputStyle: ShippedStyle;
  }
}

/** Every style there is: those of files first, the nearest first, so that one can stand in the place of another. */
export async function allStyles(kernel: KernelView): Promise<readonly Style[]> {
  const holds = kernel.plugins.some(({ plugin }) => plugin.holds?.includes("output-style"));
  const catalogue = holds ? await kernel.service("catalogue") : undefined;
  const files = ((await catalogue?.parts("output-style")) ?? []).map((part) => styleOf(kernel, part));
  const shipped = kernel.all("outputStyle").map(shippedStyle);
  const names = new Set<string>();
  return [...files, ...shipped].filter(({ name }) => !names.has(name) && names.add(name));
}

/**
 * The style a name stands for: exactly, then a plugin's without the plugin's name, then in any case. Throws a UserError
 * that names those there are.
 */
export function findStyle(styles: readonly Style[], name: string, source = ""): Style {
  const wanted = name.toLowerCase() === FORMAT_DEFAULT ? NORMAL : name;
  const short = styles.filter((style) => style.name.slice(style.name.indexOf(":") + 1) === wanted);
  const loose = styles.filter((style) => style.name.toLowerCase() === wanted.toLowerCase());
  const found =
    styles.find((style) => style.name === wanted) ??
    (short.length === 1 ? short[0] : undefined) ??
    (loose.length === 1 ? loose[0] : undefined);
  if (found) return found;
  const names = styles.map((style) => style.name).join(", ");
  throw new UserError(`${source}There is no output style ${JSON.stringify(name)}; there are: ${names}.`);
}

/** Their front matter is ours, one plain value a line: no YAML has to be loaded for it at the start of a session. */
function shippedStyle({ name, text }: ShippedStyle): Style {
  const { block = "", body } = cut(text);
  const values = new Map(block.split("\n").map((line) => splitOnce(line)));
  const description = values.get("description") ?? "";
  const keepsCoding = values.get("keep-coding-instructions") === "true";
  return { name, description, origin: "built in", keepsCoding, forced: false, body: async () => body.trim() };
}

function splitOnce(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function styleOf(kernel: KernelView, part: OwnedPart): Style {
  const { name, file, data, owner } = part;
  return {
    name: owner.namespaced ? `${owner.name}:${name}` : name,
    description: typeof data["description"] === "string" ? data["description"] : "",
    origin: owner.namespaced ? `plugin ${owner.name}` : owner.origin,
    keepsCoding: data["keepCodingInstructions"] === true,
    forced: owner.namespaced && data["forceForPlugin"] === true,
    async body() {
      const why = await refusal(kernel, part);
      if (why !== undefined) throw new UserError(why, EXIT.plugin);
      const text = readWords(file);
      if (typeof text !== "string") throw new UserError(`Output style ${JSON.stringify(name)}: ${text.message}`);
      return (await readOutputStyleFile(text, name)).matter.body.trim();
    },
  };
}
