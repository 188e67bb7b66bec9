import { basename } from "node:path";
import type { Diagnostic, Package, Part, PartPlace, PartsFound } from "../../../schemas/parts.js";
import { capped } from "../diagnostic.js";
import { lenientServer } from "./lenient-server.js";
import { readTable } from "./server-table.js";
import { strictServers } from "./strict-servers.js";

/** More servers than this of one plugin are not read. */
const MOST = 500;

/**
 * Reads the MCP servers that a plugin declares; nothing is started. A plugin of the standard is held to it; of others a
 * later declaration of a name wins, and one that cannot be used is a part with `data.usable` false.
 */
export async function readMcpServers(places: readonly PartPlace[], from: Package): Promise<PartsFound> {
  const parts = new Map<string, Part>();
  const problems: Diagnostic[] = [];
  const files: string[] = [];
  for (const place of places) {
    if (place.path !== undefined) files.push(place.path);
    const found = from.strict && place.path !== undefined ? strictServers(place.path, from) : lenient(place, from);
    problems.push(...found.problems);
    for (const part of found.parts) {
      if (parts.has(part.name)) problems.push(twice(part));
      if (parts.has(part.name) || parts.size < MOST) parts.set(part.name, part);
    }
  }
  if (parts.size === MOST) problems.push(tooMany(from));
  return { parts: [...parts.values()], problems: capped(problems), files };
}

function lenient(place: PartPlace, from: Package): Pick<PartsFound, "parts" | "problems"> {
  const table = readTable(place, "mcpServers");
  if (!table) return { parts: [], problems: [] };
  if ("code" in table) return { parts: [], problems: [table] };
  const { file, servers, at } = table;
  const problems: Diagnostic[] = table.bare && place.path !== undefined ? [withoutWrapper(file)] : [];
  const parts = Object.entries(servers).map(([name, server]): Part => {
    const { data, fault } = lenientServer(server, from.format === "gemini" ? "gemini" : "claude");
    if (fault !== undefined) {
      const message = `${file}: the server "${name}" cannot be used: ${fault}.`;
      problems.push({ severity: "error", code: "mcp-server", message, file, ...at([name]) });
    }
    return { kind: "mcp-server", name, file, data };
  });
  return { parts, problems };
}

function withoutWrapper(file: string): Diagnostic {
  const message = `${file}: the servers stand outside of "mcpServers"; they are read all the same.`;
  return { severity: "info", code: "mcpServers-bare-map", message, file, line: 1, column: 1 };
}

function twice({ name, file }: Part): Diagnostic {
  const message = `${file}: the server "${name}" is declared twice in this plugin; this declaration counts.`;
  return { severity: "info", code: "mcp-server-twice", message, file };
}

function tooMany({ dir }: Package): Diagnostic {
  const message = `${basename(dir)} declares ${MOST} servers or more; the rest is not read.`;
  return { severity: "error", code: "too-many-servers", message, file: dir };
}
