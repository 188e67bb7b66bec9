import { closeSync, fstatSync, openSync, readSync, constants } from "node:fs";
import { UserError, codeOf } from "../../../schemas/errors.js";
import type { OwnedPart } from "../../../schemas/parts.js";

const LIMIT = 1024 * 1024;

/** The body of an agent's or a skill's file, with its plugin's folder filled in. Throws a UserError. */
export function promptIn({ file, data, owner }: Pick<OwnedPart, "file" | "data" | "owner">): string {
  const text = regularText(file)
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n");
  const line = data["bodyLine"];
  const body =
    typeof line === "number"
      ? text
          .split("\n")
          .slice(line - 1)
          .join("\n")
      : withoutFrontMatter(text);
  return body.replaceAll(/\$\{(?:CLAUDE_)?PLUGIN_ROOT\}/g, () => owner.dir).trim();
}

function withoutFrontMatter(text: string): string {
  const end = /^---[^\n]*\n[^]*?\n---[ \t]*(?:\n|$)/.exec(text);
  return end ? text.slice(end[0].length) : text;
}

/** Opened without waiting: what is a pipe by now must not hold up anybody. */
function regularText(file: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(fd);
    if (!stats.isFile() || stats.size > LIMIT) throw new UserError(`${file} is no text file of at most 1 MB.`);
    const buffer = Buffer.alloc(stats.size);
    return buffer.subarray(0, readSync(fd, buffer, 0, stats.size, 0)).toString("utf8");
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${file} cannot be read (${codeOf(error) ?? "unknown reason"}).`);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
