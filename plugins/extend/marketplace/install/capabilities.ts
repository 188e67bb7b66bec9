import { createHash } from "node:crypto";
import { isObject, type JsonObject } from "../../../../schemas/json.js";
import type { Inventory, Part } from "../../../../schemas/parts.js";
import { markdownPieces } from "../../body-pieces.js";
import { capabilityText } from "../../capability.js";
import { codeLine } from "../../code-place.js";
import { readHooks } from "../../hook-file.js";
import { readWords } from "../../unseen.js";
import { tomlPieces } from "../../toml-pieces.js";
import type { FileList } from "../trust/file-list.js";

const MOST = 500;

/**
 * What a plugin can do beside giving words to the model, one line each, in a fixed order: the same lines stand in the
 * lock file, so that an update or a change that adds one is seen.
 */
export function capabilitiesOf(
  { package: found, parts }: Inventory,
  { files }: Pick<FileList, "files">,
): readonly string[] {
  const lines = new Set<string>();
  if (found.main !== undefined) lines.add(codeLine(found.main, found.manifest.isolation));
  for (const one of found.manifest.capabilities ?? []) lines.add(capabilityText(one));
  for (const [kind, items] of Object.entries(found.manifest.provides ?? {})) {
    for (const item of items ?? []) if (kind !== "kind") lines.add(`provides: ${provided(kind, item as JsonObject)}`);
  }
  for (const key of Object.keys(found.manifest.settings?.properties ?? {})) lines.add(`settings: reads ${key}`);
  for (const part of parts) for (const line of ofPart(part)) lines.add(line);
  for (const kind of ["monitor", "workflow"]) {
    for (const { path, value } of found.places[kind] ?? []) {
      if (value !== undefined || (path !== undefined && hasBelow(files, found.dir, path)))
        lines.add(`${kind}: runs programs`);
    }
  }
  for (const path of Object.keys(files))
    if (/^bin\/[^/]+$/.test(path)) lines.add(`program: ${path} in the PATH of commands`);
  if (Object.hasOwn(files, "settings.json")) lines.add("settings: brings settings.json");
  return capped([...lines].toSorted());
}

/** What is not shown still counts: where it changes, the last line does. */
function capped(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST) return lines;
  const rest = lines.slice(MOST);
  const sum = createHash("sha256").update(rest.join("\n")).digest("hex").slice(0, 16);
  return [...lines.slice(0, MOST), `and ${rest.length} more than are shown (${sum})`];
}

function provided(kind: string, item: JsonObject): string {
  if (kind === "taps") return `tap ${String(item["point"])}`;
  return `${kind} ${String(item["name"])}`;
}

function* ofPart(part: Part): Generator<string> {
  const { kind, name, data } = part;
  if (kind === "hook") yield* ofHooks(data);
  else if (kind === "hookify") yield `hook: hookify rule ${name}`;
  else if (kind === "mcp-server" || kind === "lsp-server") yield `server: ${name} (${ofServer(data)})`;
  else if (kind === "skill" || kind === "command" || kind === "agent") {
    const matter = isObject(data["frontMatter"]) ? data["frontMatter"] : data;
    const allowed = matter["allowed-tools"] ?? data["allowedTools"];
    if (kind !== "agent" && allowed !== undefined) yield `allows: ${kind} ${name} lets itself use ${listText(allowed)}`;
    if (kind === "skill" && matter["triggers"] !== undefined) yield `starts: skill ${name} loads by itself`;
    const hooks = matter["hooks"] ?? data["hooks"];
    if (hooks !== undefined) for (const line of ofMatter(hooks)) yield `${line}, while ${kind} ${name} is used`;
    if (kind !== "agent") for (const command of commandsOf(part)) yield `shell: ${kind} ${name} runs ${command}`;
  }
}

/** Hooks as front matter writes them. */
function* ofMatter(value: unknown): Generator<string> {
  for (const [event, groups] of Object.entries(readHooks(value).hooks)) {
    for (const handler of groups.flatMap(({ hooks }) => hooks)) yield `hook: ${event} ${handlerText(handler)}`;
  }
}

function* ofHooks({ groups }: JsonObject): Generator<string> {
  for (const group of Array.isArray(groups) ? groups : []) {
    if (!isObject(group) || !isObject(group["handler"])) continue;
    yield `hook: ${String(group["event"])} ${handlerText(group["handler"])}`;
  }
}

function handlerText(handler: JsonObject): string {
  const { type = "command", command, args, url, server, tool, allowedEnvVars } = handler;
  if (type === "http") {
    const names = Array.isArray(allowedEnvVars) ? allowedEnvVars.map(String).toSorted() : [];
    return `sends to ${String(url)}${names.length > 0 ? `, with the variables ${names.join(", ")}` : ""}`;
  }
  if (type === "mcp_tool") return `calls ${String(server)} ${String(tool)}`;
  if (typeof command !== "string") return `asks by ${String(type)}`;
  return `runs ${[command, ...(Array.isArray(args) ? args.map(String) : [])].join(" ")}`;
}

/** Placeholders that stand for folders and answers, and not for the environment. */
const PLACES =
  /^(?:(?:CLAUDE_)?PLUGIN_(?:ROOT|DATA)|CLAUDE_PROJECT_DIR|user_config|extensionPath|workspacePath|pathSeparator)$/;

function ofServer(data: JsonObject): string {
  const server = isObject(data["server"]) ? data["server"] : isObject(data["config"]) ? data["config"] : data;
  const { command, args, url } = server;
  const named = [...JSON.stringify(server).matchAll(/\$\{([A-Za-z_]\w*)/g)].map(([, name = ""]) => name);
  const names = [...new Set(named)].filter((name) => !PLACES.test(name)).toSorted();
  const given = names.length > 0 ? `, with the variables ${names.join(", ")}` : "";
  if (typeof command === "string") {
    return `runs ${[command, ...(Array.isArray(args) ? args.map(String) : [])].join(" ")}${given}`;
  }
  return typeof url === "string" ? `connects to ${url}${given}` : "see the plugin's files";
}

function listText(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(", ") : String(value);
}

/** Commands that are written into a body and run when it is used. */
function commandsOf({ file }: Part): readonly string[] {
  const text = readWords(file);
  if (typeof text !== "string") return [];
  const values = { args: "", variables: {} };
  const pieces = /\.toml$/i.test(file) ? tomlPieces(text, values) : markdownPieces(text, (raw) => raw);
  return pieces.flatMap((piece) => (piece.kind === "shell" ? [piece.command.replace(/\s+/g, " ").trim()] : []));
}

function hasBelow(files: FileList["files"], dir: string, path: string): boolean {
  const below = path.startsWith(`${dir}/`) ? path.slice(dir.length + 1) : path;
  return Object.keys(files).some((file) => file === below || file.startsWith(`${below}/`));
}
