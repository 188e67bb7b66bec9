import { basename, dirname } from "node:path";
import type { KernelView } from "../../core/types.js";
import { EXIT, UserError } from "../../schemas/errors.js";
import type { JsonObject } from "../../schemas/json.js";
import type { OwnedPart } from "../../schemas/parts.js";
import { readCommandFile, readTomlCommand } from "./command-file.js";
import type { FileRead } from "./front-fields.js";
import { readWords } from "./unseen.js";
import { readSkillFile } from "./skill-file.js";
import { refusal } from "./unapproved.js";

/** A skill or command at the moment it is used, as its file then stands. */
export interface PromptSource {
  /** As it is known and typed. */
  readonly name: string;
  readonly part: OwnedPart;
  /** Normalised fields of the front matter. */
  readonly data: JsonObject;
  readonly body: string;
  readonly toml: boolean;
}

/** Reads a skill or command for use. Throws a UserError when its file or its plugin may not be used. */
export async function readSource(kernel: KernelView, part: OwnedPart, name: string): Promise<PromptSource> {
  const { file, data } = part;
  const { content } = data;
  const text = typeof content === "string" ? content : readWords(file);
  if (typeof text !== "string") throw new UserError(`/${name} cannot be used: ${text.message}`, EXIT.failed);
  const toml = part.kind === "command" && typeof content !== "string" && /\.toml$/i.test(file);
  const read = await readPart(part, text, toml);
  const fault = read.problems.find(({ severity }) => severity === "error");
  if (!read.usable) throw new UserError(`/${name} cannot be used: ${file}: ${fault?.message ?? "it is broken."}`);
  const now = typeof content === "string" ? part : { ...part, data: read.data };
  const refused = await refusal(kernel, now);
  if (refused !== undefined) throw new UserError(refused, EXIT.plugin);
  return { name, part, data: typeof content === "string" ? data : read.data, body: read.matter.body, toml };
}

function readPart({ kind, file, name }: OwnedPart, text: string, toml: boolean): Promise<FileRead> {
  if (kind === "skill") return readSkillFile(text, { folder: basename(dirname(file)) });
  return toml ? readTomlCommand(text, name) : readCommandFile(text, name);
}
