import { basename, dirname } from "node:path";
import type { Diagnostic, Package, Part, PartPlace, PartsFound } from "../../../schemas/parts.js";
import { realPath } from "../../../schemas/real-path.js";
import { inFile } from "../diagnostic.js";
import { placeFiles, type PlaceFiles } from "../place-files.js";
import { readWords } from "../unseen.js";
import { readSkillFile } from "../skill-file.js";

const isSkill = (name: string): boolean => /^skill\.md$/i.test(name);

/**
 * The skills of one plugin: `<folder>/SKILL.md` one level below each place, or the place itself where it holds one. In a
 * folder of the standard a skill that does not conform is left out.
 */
export async function readSkills(places: readonly PartPlace[], from: Package): Promise<PartsFound> {
  const parts: Part[] = [];
  const problems: Diagnostic[] = [];
  const files: string[] = [];
  const seen = new Set<string>();
  const listed = places.map((place) => skillsIn(place, from));
  const isLinked = listed.some((found) => found.isLinked);
  for (const found of listed) {
    problems.push(...found.problems);
    files.push(...found.watched);
    for (const file of found.files) {
      const real = isLinked ? (realPath(file) ?? file) : file;
      if (seen.has(real)) continue;
      seen.add(real);
      files.push(file);
      const read = await readOne(file, from, found.isLinked === false);
      problems.push(...read.problems);
      if (read.part) parts.push(read.part);
    }
  }
  return { parts, problems, files };
}

function skillsIn(place: PartPlace, from: Package): PlaceFiles {
  const usual = place.path !== undefined && basename(place.path) === "skills";
  const found = placeFiles(place, from, { depth: 1, wants: isSkill, stopAtFound: !usual, probe: "SKILL.md" });
  const stray = usual ? found.files.filter((file) => dirname(file) === place.path) : [];
  if (stray.length === 0) return found;
  const message = "A skill stands in a folder of its own, so this file is not read.";
  const problem: Diagnostic = { severity: "warning", code: "skill-place", message, file: stray[0]! };
  const files = found.files.filter((file) => !stray.includes(file));
  return { ...found, files, problems: [...found.problems, problem] };
}

interface OneRead {
  readonly part?: Part;
  readonly problems: readonly Diagnostic[];
}

async function readOne(file: string, from: Package, isPlain: boolean): Promise<OneRead> {
  const odd = basename(file) === "SKILL.md" ? [] : [misnamed(file, from.strict)];
  if (odd.length > 0 && from.strict) return { problems: odd };
  const text = readWords(file, isPlain);
  if (typeof text !== "string") return { problems: [...odd, text] };
  const read = await readSkillFile(text, { folder: basename(dirname(file)), strict: from.strict });
  const problems = [...odd, ...inFile(file, read.problems)];
  if (!read.usable) return { problems };
  const { name, description, described, matter } = read;
  const data = {
    ...read.data,
    description,
    ...(matter.data["name"] === undefined && { unnamed: true }),
    ...(!described && { undescribed: true }),
    ...(matter.recovered && { recovered: true }),
  };
  return { part: { kind: "skill", name, file, data }, problems };
}

function misnamed(file: string, strict: boolean): Diagnostic {
  const message = `The file has to be called SKILL.md, not ${basename(file)}.`;
  const base = { code: "skill-file-name", message, file, fix: "Rename it." };
  return strict ? { severity: "error", ...base, rule: "Agent Skills specification" } : { severity: "warning", ...base };
}
