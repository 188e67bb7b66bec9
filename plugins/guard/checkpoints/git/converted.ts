import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathOf } from "../files/byte-path.js";
import type { GitCall, Repository } from "./repository.js";
import { recordsIn } from "./status.js";

/** Attributes with which a file has another form on disk than in git, and more than its line ends differ. */
const FORMS: readonly string[] = ["filter", "ident", "working-tree-encoding"];

interface Known {
  /** Of the index that this was found in. */
  readonly state: string;
  readonly namesAttributes: boolean;
  paths?: readonly string[];
}

const known = new WeakMap<Repository, Known>();

export interface Converted {
  /** Touched since git looked: their line ends may be others. */
  readonly touched: readonly string[];
  /** In another form by an attribute. */
  readonly formed: readonly string[];
}

/**
 * Tracked files, by absolute path, that git calls unchanged and of which it cannot tell byte for byte what stands on
 * disk: a filter or the like lies between, or they were touched since git looked, in a repository that converts line
 * ends. `file` is its index, and `state` tells one state of it from another.
 */
export async function convertedFiles(
  repository: Repository,
  folder: string,
  { file, state, isOdd, ...call }: GitCall & { readonly file: string; readonly state: string; readonly isOdd: boolean },
): Promise<Converted> {
  let kept = known.get(repository);
  if (kept?.state !== state) known.set(repository, (kept = { state, namesAttributes: namesAttributes(file) }));
  const hasAttributes = isOdd || kept.namesAttributes || (await repository.hasAttributes(call.timeout));
  if (!hasAttributes && !(await repository.convertsLines(call.timeout))) return { touched: [], formed: [] };
  const output = await repository.run(
    folder,
    ["diff-files", "--name-only", "--ignore-submodules=all", "-z", "--", "."],
    call,
  );
  const touched = [...recordsIn(output)].map((name) => join(repository.top, pathOf(name)));
  if (!hasAttributes) return { touched, formed: [] };
  if (!kept.paths || isOdd) {
    const names = await repository.run(repository.top, ["ls-files", "-z"], call);
    kept.paths = [...(await withForms(repository, names, call))];
  }
  return { touched, formed: kept.paths };
}

/** Those of some files, below the top and each with a zero behind, that have another form in git by an attribute. */
export async function withForms(
  repository: Repository,
  names: Buffer | string,
  call: GitCall,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (names.length === 0) return found;
  const output = await repository.run(repository.top, ["check-attr", "-z", "--stdin", ...FORMS], {
    ...call,
    input: names,
  });
  const fields = [...recordsIn(output)];
  for (let field = 0; field + 2 < fields.length; field += 3) {
    const value = fields[field + 2]!.toString("latin1");
    if (value !== "unspecified" && value !== "unset") found.add(join(repository.top, pathOf(fields[field]!)));
  }
  return found;
}

/** An index holds its names as they are, but for what they have in common with the one before. */
function namesAttributes(file: string): boolean {
  return existsSync(file) && readFileSync(file).includes("attributes");
}
