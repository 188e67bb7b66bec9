import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { hookText, serverText } from "../../schemas/acting-text.js";
import { fileDigest } from "../../schemas/file-digest.js";
import { isObject, type JsonObject } from "../../schemas/json.js";
import type { Inventory, Package, Part } from "../../schemas/parts.js";
import type { Acting } from "../../schemas/trusted.js";
import { markdownPieces } from "./body-pieces.js";
import { readHooks } from "./hook-file.js";
import { listFiles } from "./list-files.js";
import { readText } from "./read-text.js";
import { tomlPieces } from "./toml-pieces.js";

/** Of a larger file its size and time stand for its bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Everything in a plugin's folder that runs or loosens something. Reads its files, runs nothing. */
export function actingIn({ package: found, parts }: Inventory): readonly Acting[] {
  const gates = found.manifest.provides?.["taps"]?.some((tap) => "point" in tap && tap.point === "PreToolUse");
  const more = gates ? ", where it judges calls" : "";
  const code = found.main === undefined ? [] : [codeOf(found, found.main, more)];
  return [...code, ...parts.flatMap(actingOf)];
}

/** A plugin's code: where any file but its prose changes, it is other code. */
export function codeOf(found: Pick<Package, "dir">, main: string, more = ""): Acting {
  const options = { depth: 32, most: 20_000, enters: (name: string) => name !== ".git" };
  const { files } = listFiles(found.dir, found, { ...options, wants: (name) => !/\.(md|txt)$/i.test(name) });
  const sum = createHash("sha256");
  for (const file of files)
    sum.update(`${JSON.stringify(relative(found.dir, file))} ${fileDigest(file, MOST_BYTES)}\n`);
  const text = `${main}, in a process of its own${more}`;
  return { file: join(found.dir, main), what: "code", value: sum.digest("hex"), text };
}

/** What one part does beside giving words to the model. The same for the same file, whenever it is read. */
export function actingOf(part: Part): readonly Acting[] {
  const { kind, name, file, data } = part;
  if (kind === "hook") return listOf(data["groups"]).map((group) => hook(file, group));
  if (kind === "mcp-server" || kind === "lsp-server") return [{ file, what: `server ${name}`, ...server(data) }];
  if (kind !== "skill" && kind !== "command" && kind !== "agent") return [];
  const own = `${kind} ${name}`;
  const matter = isObject(data["frontMatter"]) ? data["frontMatter"] : {};
  const field = (key: string, what: string): readonly Acting[] => {
    const value = data[key] ?? matter[key];
    return value === undefined || value === null ? [] : [{ file, what: `${what} of ${own}`, value }];
  };
  const hooks = Object.entries(readHooks(data["hooks"] ?? matter["hooks"] ?? {}).hooks).flatMap(([event, groups]) =>
    groups.map((group) => ({ ...hook(file, { ...group, event }), what: `hook ${event} of ${own}` })),
  );
  if (kind === "agent")
    return [...hooks, ...field("permissionMode", "permission mode"), ...field("mcpServers", "servers")];
  const commands = commandsOf(part).map((value) => ({ file, what: `shell command of ${own}`, value, text: value }));
  return [...hooks, ...field("allowedTools", "allow rules"), ...commands];
}

function hook(file: string, group: JsonObject): Acting {
  const { handler, ...rest } = group;
  const text = hookText(isObject(handler) ? { ...rest, hooks: [handler] } : group);
  return { file, what: `hook ${String(group["event"])}`, value: group, text };
}

function server(data: JsonObject): Pick<Acting, "value" | "text"> {
  const value = isObject(data["server"]) ? data["server"] : isObject(data["config"]) ? data["config"] : data;
  return { value, text: serverText(value) };
}

/** Commands that are written into a body and run when it is used. */
function commandsOf({ file, data }: Part): readonly string[] {
  const text = typeof data["content"] === "string" ? data["content"] : readText(file);
  if (typeof text !== "string") return [];
  const values = { args: "", variables: {} };
  const isToml = /\.toml$/i.test(file) && typeof data["content"] !== "string";
  const pieces = isToml ? tomlPieces(text, values) : markdownPieces(text, (raw) => raw);
  return pieces.flatMap((piece) => (piece.kind === "shell" ? [piece.command.trim()] : []));
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
