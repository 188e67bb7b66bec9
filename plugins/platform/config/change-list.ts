import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { UserError } from "../../../schemas/errors.js";
import type { ListChange } from "../../../schemas/kinds.js";
import { projectRoot } from "../settings-places.js";
import { fileFor, notesOn, placeFor, vouch, type ScopeName } from "./change.js";
import { declaredAt } from "./declared.js";
import { setIn, valueIn } from "./edit/edit-settings.js";
import type { Path } from "./edit/settings-format.js";
import { changeFile } from "./file/change-file.js";
import { keyText } from "./key.js";

export interface ListChanged {
  readonly file: string;
  /** What a person should know. */
  readonly notes: readonly string[];
}

/** Changes a list in the settings file of a scope, read and written under one lock. Throws a UserError. */
export async function changeList(
  kernel: KernelView,
  path: Path,
  { change, scope }: { readonly change: ListChange; readonly scope: ScopeName },
): Promise<ListChanged> {
  if (declaredAt(kernel, path)?.schema.scope === "user" && scope !== "user") {
    throw new UserError(`"${keyText(path)}" can be set by the user only, never by a project.`);
  }
  const { file } = fileFor(kernel, path, scope);
  let [before, value]: readonly unknown[][] = [[], []];
  const real = await changeFile(placeFor(kernel, file, scope), (text) => {
    before = listIn(file, path, text);
    value = changed(before, change);
    const isSame = value.length === before.length && value.every((one, place) => one === before![place]);
    return isSame ? text : setIn({ file, text }, path, value);
  });
  if (scope !== "user") await vouch(kernel, file, path, { before, value });
  const notes = (await notesOn(kernel, path, scope)).filter((note) => !note.endsWith("adds to it."));
  return { file: real, notes: scope === "local" ? [...notes, ...hideFromGit(kernel, real)] : notes };
}

function listIn(file: string, path: Path, text: string): unknown[] {
  const value = valueIn({ file, text }, path) ?? [];
  if (!Array.isArray(value)) throw new UserError(`${file}: "${keyText(path)}" is no list; mend it by hand.`);
  return value;
}

function changed(before: readonly unknown[], { add = [], remove = [], others }: ListChange): unknown[] {
  const stays = before.filter(
    (one) => (others ? add : []).includes(one as string) || (!others && !remove.includes(one as string)),
  );
  return [...stays, ...new Set(add.filter((one) => !stays.includes(one)))];
}

/** What one person allows themselves is not for the repository: a file beside it keeps git from seeing it, itself included. */
function hideFromGit(kernel: KernelView, file: string): readonly string[] {
  const folder = dirname(file);
  const ignoring = join(folder, ".gitignore");
  if (!existsSync(join(projectRoot(kernel), ".git")) || folder === projectRoot(kernel)) return [];
  try {
    writeFileSync(ignoring, "settings.local.*\n.gitignore\n", { flag: "wx" });
  } catch {
    // It is there already, or cannot be: then what it says counts.
  }
  const isHidden = existsSync(ignoring) && readFileSync(ignoring, "utf8").includes("settings.local");
  return isHidden ? [] : [`${basename(file)} may be seen by git: ${ignoring} does not name it.`];
}
