import { join } from "node:path";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Diagnostic, Package, Part, PartsFound } from "../../../schemas/parts.js";
import { parseJson, placeInJson } from "../diagnostic.js";
import { inside, leaves } from "../inside.js";
import { readText } from "../read-text.js";
import { checkPath } from "../usual-places.js";
import { headersFault, urlFault } from "./http-rules.js";

/** The schema of version 1.0.0, the one that is supported. It is never fetched. */
const MCP_SCHEMA = "https://agent-plugins.org/schemas/1.0.0/mcp.schema.json";

const RULE = "Agent Plugins 1.0, section 7.2";

/**
 * Reads `mcp.json` as the standard says: what is wrong with the file disables MCP for the plugin, what is wrong with one
 * server skips that server.
 */
export function strictServers(file: string, from: Package): PartsFound {
  const text = readText(file);
  if (typeof text !== "string") return { parts: [], problems: [{ ...text, rule: RULE }], files: [file] };
  const { value, fault } = parseJson(text);
  const why = fault ? fault.message : topFault(value, from);
  if (why !== undefined) {
    const message = `${file}: ${why.replace(/\.$/, "")}; no server of the plugin is used.`;
    const place = { line: fault?.line ?? 1, column: fault?.column ?? 1 };
    const problem: Diagnostic = { severity: "error", code: "mcp-config", message, file, ...place, rule: RULE };
    return { parts: [], problems: [problem], files: [file] };
  }
  const parts: Part[] = [];
  const problems: Diagnostic[] = [];
  for (const [name, server] of Object.entries((value as { mcpServers: JsonObject }).mcpServers)) {
    const wrong = serverFault(server, from.dir);
    if (wrong === undefined) parts.push({ kind: "mcp-server", name, file, data: dataOf(server as JsonObject) });
    else {
      const message = `${file}: the server "${name}" is not used: ${wrong}.`;
      const place = placeInJson(text, ["mcpServers", name]);
      problems.push({ severity: "error", code: "mcp-server", message, file, ...place, rule: RULE });
    }
  }
  return { parts, problems, files: [file] };
}

function topFault(value: unknown, from: Package): string | undefined {
  if (!isObject(value)) return "it has to be a JSON object";
  const others = Object.keys(value).filter((key) => key !== "$schema" && key !== "mcpServers");
  if (others.length > 0) return `"${others[0]}" is no field of it`;
  const { $schema, mcpServers } = value;
  if ($schema !== MCP_SCHEMA) return `its "$schema" has to be "${MCP_SCHEMA}", not ${JSON.stringify($schema)}`;
  const versions = [from.fields["$schema"], $schema].map((schema) => /\/schemas\/([^/]+)\//.exec(String(schema))?.[1]);
  if (versions[0] !== versions[1]) return "its version is not that of plugin.json";
  return isObject(mcpServers) ? undefined : '"mcpServers" has to be an object';
}

const FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  stdio: new Set(["type", "command", "args", "env", "cwd"]),
  "streamable-http": new Set(["type", "url", "headers"]),
  sse: new Set(["type", "url", "headers"]),
};

function serverFault(server: unknown, root: string): string | undefined {
  if (!isObject(server)) return "it has to be an object";
  const { type } = server;
  if (typeof type !== "string" || !Object.hasOwn(FIELDS, type)) {
    return `its "type" has to be stdio, streamable-http or sse, not ${JSON.stringify(type)}`;
  }
  const unknown = Object.keys(server).find((key) => !FIELDS[type]!.has(key));
  if (unknown !== undefined) return `"${unknown}" is no field of a server of the type ${type}`;
  return type === "stdio" ? stdioFault(server, root) : remoteFault(server);
}

function remoteFault({ url, headers }: JsonObject): string | undefined {
  const fault = urlFault(url);
  if (fault !== undefined || headers === undefined) return fault;
  return isObject(headers) ? headersFault(headers) : '"headers" has to be an object of texts';
}

function stdioFault(server: JsonObject, root: string): string | undefined {
  const { command, args, env, cwd } = server;
  const wrong = commandFault(command, root);
  if (wrong !== undefined) return wrong;
  if (args !== undefined && !(Array.isArray(args) && args.every((one) => typeof one === "string"))) {
    return '"args" has to be a list of texts';
  }
  if (env !== undefined) {
    if (!isObject(env) || !Object.values(env).every((one) => typeof one === "string")) {
      return '"env" has to be an object of texts';
    }
    const taken = ["PLUGIN_ROOT", "PLUGIN_DATA"].find((name) => Object.hasOwn(env, name));
    if (taken !== undefined) return `"env" must not set ${taken}, which is given to every server`;
  }
  return cwd === undefined ? undefined : cwdFault(cwd, root);
}

function commandFault(command: unknown, root: string): string | undefined {
  if (typeof command !== "string" || command === "") return '"command" has to be a text';
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001F\u007F]/.test(command)) return '"command" holds a control character';
  if (!command.startsWith("./")) {
    const isBare = !/[\s/\\|&;<>`"']/.test(command) && command !== "." && command !== "..";
    return isBare
      ? undefined
      : '"command" has to be the name of a program or a path that begins with "./", without arguments';
  }
  const { real, why } = inside(root, command);
  if (why === "outside") return '"command" leads out of the plugin\'s folder';
  // A path may hold blanks; a path with arguments behind it leads to nothing.
  if (real === undefined && /\s/.test(command)) return '"command" has to be one path, without arguments';
  return undefined;
}

/** Lets the data folder, which nobody knows yet, stand for itself. */
const DATA = "/PLUGIN_DATA";

function cwdFault(cwd: unknown, root: string): string | undefined {
  const match =
    typeof cwd === "string" ? /^(\.\/|\$\{PLUGIN_ROOT\}(?=\/|$)|\$\{PLUGIN_DATA\}(?=\/|$))(.*)$/s.exec(cwd) : null;
  if (!match || cwd === undefined || String(cwd).includes("\0")) {
    return '"cwd" has to begin with "./", "${PLUGIN_ROOT}" or "${PLUGIN_DATA}"';
  }
  const [, start, rest = ""] = match;
  const way = rest.replaceAll("${PLUGIN_ROOT}", root).replaceAll("${PLUGIN_DATA}", DATA);
  if (start === "${PLUGIN_DATA}") return leaves(`./${way}`) ? '"cwd" leaves the data folder' : undefined;
  const { problem } = checkPath(join(root, way), root, "any");
  if (problem?.code === "path-escapes" || leaves(`./${way}`)) return '"cwd" leads out of the plugin\'s folder';
  return undefined;
}

function dataOf({ type, ...fields }: JsonObject): JsonObject {
  return {
    transport: type === "streamable-http" ? "http" : type,
    placeholders: "agent-plugins",
    usable: true,
    ...fields,
  };
}
