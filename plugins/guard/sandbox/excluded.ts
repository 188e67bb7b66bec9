import type { Permissions } from "../../../schemas/guards.js";

/** What ends a command that was started in the background is no command to be kept from it. */
const ENDS_GROUP = /^\s*kill(?:\s+-(?:s\s+)?\w+)?\s+--\s+-\d{2,}\s*$/;

/**
 * The pattern by which a line runs without the sandbox; undefined where one part of it does not, or where the line
 * cannot be read with certainty.
 */
export async function excludedBy(
  line: string,
  patterns: readonly string[],
  permissions: Permissions | undefined,
): Promise<string | undefined> {
  if (ENDS_GROUP.test(line)) return "kill -- -GROUP";
  if (patterns.length === 0 || !permissions) return undefined;
  const { commands, unclear } = await permissions.readShell(line);
  if (unclear !== undefined || commands.length === 0) return undefined;
  const found = commands.map(({ words }) => {
    const text = words.every((word) => word !== undefined) ? words.join(" ") : undefined;
    return text === undefined ? undefined : patterns.find((pattern) => fits(pattern, text));
  });
  return found.every((pattern) => pattern !== undefined) ? found[0] : undefined;
}

/** As in rules of permissions: no star is the exact command, ` *` at the end (or `:*`) also the bare command. */
export function fits(pattern: string, text: string): boolean {
  const plain = pattern.trim().replace(/:\*$/, " *");
  if (plain.endsWith(" *") && plain.indexOf("*") === plain.length - 1 && text === plain.slice(0, -2)) return true;
  const parts = plain.split("*");
  if (parts.length === 1) return text === plain;
  const [first = "", ...others] = parts;
  const last = others.pop()!;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
