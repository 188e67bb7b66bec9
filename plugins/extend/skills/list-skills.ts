import { printable } from "../../../schemas/printable.js";
import { EXIT } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import { sourceOf, type NamedPart } from "../part-names.js";
import { isForModel, isForUser, type Policy } from "./policy.js";
import type { SkillDesk } from "./skill-commands.js";
import { jsonText } from "../../../schemas/json-text.js";

/** `nacre skill list`: every skill, who may use it and where it stands. */
export async function listSkills({ kernel, roster, listings }: SkillDesk, { flags, io }: Invocation): Promise<number> {
  for (const warning of kernel.warnings) io.stderr.write(`nacre: ${printable(warning)}\n`);
  const { policy } = listings;
  const rows = (await roster.names()).all.map((one) => rowOf(one, policy));
  if (flags["json"] === true) io.stdout.write(`${jsonText(rows, 2)}\n`);
  else if (rows.length === 0) {
    io.stdout.write("There are no skills. Put one into .nacre/skills/NAME/SKILL.md, or install a plugin.\n");
  } else for (const row of rows) io.stdout.write(textOf(row));
  return EXIT.done;
}

interface Row {
  readonly name: string;
  readonly description: string;
  readonly source: string;
  readonly file: string;
  readonly model: boolean;
  readonly user: boolean;
  readonly paths?: unknown;
}

function rowOf(named: NamedPart, policy: Policy): Row {
  const { name, part } = named;
  const { description, paths } = part.data;
  return {
    name,
    description: typeof description === "string" ? description : "",
    source: sourceOf(part.owner),
    file: part.file,
    model: isForModel(named, policy),
    user: isForUser(named, policy),
    ...(paths !== undefined && { paths }),
  };
}

function textOf({ name, description, source, file, model, user, paths }: Row): string {
  const who = model && user ? "" : model ? ", the model only" : user ? ", typed only" : ", off";
  const when = Array.isArray(paths) ? `, for ${paths.join(" ")}` : "";
  return (
    printable(`/${name} (${source}${who}${when})`) +
    `\n  ${printable(description).slice(0, 200)}\n  ${printable(file)}\n`
  );
}
