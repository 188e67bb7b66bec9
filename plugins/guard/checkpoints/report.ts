import { relative } from "node:path";
import type { Checkpoint, FileChange, Restored } from "../../../schemas/guards.js";
import { oneLine } from "../../../schemas/printable.js";

const NAMED = 50;

/** What was put back, for people. */
export function restoredText(
  { what, files, problems, notes }: Restored,
  { dryRun, cwd }: { readonly dryRun: boolean; readonly cwd: string },
): string {
  const head =
    files.length === 0
      ? `${oneLine(what, 200)}: no file ${dryRun ? "would be" : "was"} put back.`
      : `${oneLine(what, 200)}: ${count(files.length)} ${dryRun ? "would be put back" : "put back"}.`;
  const paths = files.map((path) => `  ${oneLine(near(path, cwd), 500)}`);
  return [head, ...cut(paths), ...cut([...problems, ...notes].map((line) => oneLine(line, 1_000)))].join("\n");
}

/** The changes, newest first, as a table. */
export function changesText(changes: readonly FileChange[], cwd: string): string {
  if (changes.length === 0) return "No file was changed by a tool.";
  const rows = changes.map(({ id, at, tool, title, files, undone, trimmed }) => {
    const names = files.slice(0, 3).map((path) => near(path, cwd));
    const more = files.length > 3 ? `, ${files.length - 3} more` : "";
    const state = undone ? " (taken back)" : trimmed ? " (copies removed)" : "";
    const listed = `${names.join(", ")}${more}`;
    const about = title === listed ? "" : `  ${oneLine(title, 120)}`;
    return `${id}  ${time(at)}  ${oneLine(tool, 40).padEnd(6)}  ${oneLine(listed, 120)}${about}${state}`.trimEnd();
  });
  return cut(rows).join("\n");
}

/** The prompts, newest first, numbered from the newest. */
export function checkpointsText(points: readonly Checkpoint[]): string {
  if (points.length === 0) return "Nothing was said yet: there is nothing to go back to.";
  const rows = points.map(({ id, title, at, files }, place) => {
    const what = files === 0 ? "" : ` (${count(files)} changed)`;
    return `${String(place + 1).padStart(3)}  ${time(at)}  ${oneLine(title, 80)}${what}  ${id}`;
  });
  return cut(rows).join("\n");
}

export function count(files: number): string {
  return files === 1 ? "1 file" : `${files} files`;
}

function near(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === "" || short.startsWith("..") ? path : short;
}

function time(at: number): string {
  const date = new Date(at);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function cut(lines: readonly string[]): readonly string[] {
  return lines.length > NAMED ? [...lines.slice(0, NAMED), `  and ${lines.length - NAMED} more`] : lines;
}
