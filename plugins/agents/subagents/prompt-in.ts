import { closeSync, fstatSync, openSync, readSync, constants } from "node:fs";
import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError, codeOf } from "../../../schemas/errors.js";
import type { OwnedPart, PartOwner } from "../../../schemas/parts.js";
import { pluginData } from "../../../schemas/plugin-data.js";

const LIMIT = 1024 * 1024;

/**
 * The body of an agent's or a skill's file, with its plugin's variables filled in. Rejects with a UserError when the file
 * is gone, or is no longer what was approved with its plugin or its project.
 */
export async function promptIn(kernel: KernelView, part: OwnedPart): Promise<string> {
  const { file, data, owner } = part;
  const refused = await (await kernel.service("catalogue"))?.refusal(part);
  if (refused !== undefined) throw new UserError(refused, EXIT.plugin);
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
  return owner.namespaced ? filled(kernel, body.trim(), owner) : body.trim();
}

const VARIABLE = /\$\{(?:(?:CLAUDE_|NACRE_)?(PLUGIN_ROOT|PLUGIN_DATA)|user_config\.(\w+))\}/g;

async function filled(kernel: KernelView, body: string, owner: PartOwner): Promise<string> {
  if (body.search(VARIABLE) < 0) return body;
  const { dir } = owner;
  const options = await (await kernel.service("installed"))?.options(dir);
  return body.replaceAll(VARIABLE, (whole, variable: string | undefined, key: string) => {
    if (variable === "PLUGIN_ROOT") return dir;
    // The folder that the plugin's hooks and skills know by this name.
    if (variable !== undefined) return pluginData(kernel.home, owner);
    const value = options?.values[key];
    if (value === undefined) return whole;
    if (options?.sensitive.includes(key)) return `[${key} is secret]`;
    return typeof value === "string" ? value : JSON.stringify(value);
  });
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
