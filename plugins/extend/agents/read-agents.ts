import { statSync } from "node:fs";
import { basename, dirname, relative, sep } from "node:path";
import type { JsonObject } from "../../../schemas/json.js";
import type { Diagnostic, Package, Part, PartPlace, PartsFound } from "../../../schemas/parts.js";
import { readAgentFile } from "../agent-file.js";
import { inFile } from "../diagnostic.js";
import type { FileRead } from "../front-fields.js";
import { inside } from "../inside.js";
import { listFiles } from "../list-files.js";
import { readWords } from "../unseen.js";

/** How deep folders below `agents` are looked into. */
const DEPTH = 16;

/**
 * The agents of one plugin: each Markdown file of its places, at any depth. Beside the fields of the front matter a part
 * tells where its prompt begins (`bodyLine`) and, where it is so, that nobody named or described it and that its front
 * matter had to be recovered: folders of a user or a project take such files for something else.
 */
export async function readAgents(places: readonly PartPlace[], from: Package): Promise<PartsFound> {
  const parts: Part[] = [];
  const problems: Diagnostic[] = [];
  const files: string[] = [];
  const seen = new Set<string>();
  for (const { path, optional } of places) {
    if (path === undefined) continue;
    const found = filesOf(path, from, optional ?? false);
    problems.push(...found.problems);
    files.push(...found.watched);
    for (const file of found.files) {
      if (seen.has(file)) continue;
      seen.add(file);
      files.push(file);
      const text = readWords(file, found.isPlain);
      if (typeof text !== "string") {
        problems.push(text);
        continue;
      }
      const read = await readAgentFile(text, nameOf(file), scopeOf(path, file));
      problems.push(...inFile(file, from.within === undefined ? read.problems : asNoAgent(read)));
      if (read.usable) parts.push({ kind: "agent", name: read.name, file, data: dataOf(read) });
    }
  }
  return { parts, problems, files };
}

interface Listed {
  readonly files: readonly string[];
  readonly watched: readonly string[];
  /** Listed by their names, with no link among them. */
  readonly isPlain: boolean;
  readonly problems: readonly Diagnostic[];
}

function filesOf(path: string, from: Package, optional: boolean): Listed {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) {
    const message = `${path} does not exist, so no agent is read from it.`;
    const problem: Diagnostic = { severity: "error", code: "missing", message, file: path };
    return { files: [], watched: [path], isPlain: false, problems: optional ? [] : [problem] };
  }
  if (!stats.isDirectory()) return { files: [path], watched: [], isPlain: false, problems: [] };
  const { files, folders, isLinked, problems } = listFiles(path, from, { depth: DEPTH, wants: isMarkdown });
  // A link may lead to a file of another plugin; what it may reach was asked for the folder's own entries only.
  const reachable = files.filter((file) => inside(from.within ?? from.dir, file).real !== undefined);
  return { files: reachable, watched: folders, isPlain: !isLinked, problems };
}

/** Folders of a user or a project hold other texts as well: what lacks a name or a description is none of its agents. */
function asNoAgent({ problems, matter }: FileRead): FileRead["problems"] {
  return problems.flatMap((fault) => {
    if (fault.code !== "no-name" && fault.code !== "no-description") return [fault];
    const what = fault.code === "no-name" ? "name" : "description";
    return matter.present ? [{ ...fault, message: `It has no ${what}, so it is not taken for an agent.` }] : [];
  });
}

function dataOf({ data, description, described, matter }: FileRead): JsonObject {
  return {
    ...data,
    description,
    bodyLine: matter.bodyLine,
    ...(matter.data["name"] === undefined && { unnamed: true }),
    ...(!described && { undescribed: true }),
    ...(matter.recovered && { recovered: true }),
  };
}

const isMarkdown = (name: string): boolean => /\.md$/i.test(name);
const nameOf = (file: string): string => basename(file).replace(/\.md$/i, "");

/** The folders between the place and the file, joined by ":". */
function scopeOf(place: string, file: string): string {
  const way = relative(place, dirname(file));
  return way === "" || way.startsWith("..") ? "" : way.split(sep).join(":");
}
