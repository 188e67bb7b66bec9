import { join } from "node:path";

/** File names end at 255 bytes on the usual file systems; ids and endings need some of them. */
const LONGEST = 180;

/** The folder of a project's sessions. Two projects can share one; the session line says which is meant. */
export function projectFolder(home: string, root: string): string {
  return join(home, "projects", shortened(root.replace(/[^A-Za-z0-9]/g, "-")));
}

/** The file of a session. An id that is no plain file name is made one. */
export function fileOf(folder: string, id: string): string {
  const plain = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(id) ? id : id.replace(/[^A-Za-z0-9]/g, "-");
  return join(folder, `${shortened(plain)}.jsonl`);
}

/** The file of a session that runs under another one. */
export function subagentFileOf(folder: string, parent: string, id: string): string {
  const own = fileOf(folder, parent).slice(0, -".jsonl".length);
  return fileOf(join(own, "subagents"), `agent-${id}`);
}

/** The lock beside a transcript. */
export function lockOf(file: string): string {
  return `${file.replace(/\.jsonl$/, "")}.lock`;
}

function shortened(name: string): string {
  if (name.length <= LONGEST) return name;
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
  }
  return `${name.slice(0, LONGEST)}-${hash.toString(16)}`;
}
