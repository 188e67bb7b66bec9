import { mkdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { isObject, type JsonObject } from "../../schemas/json.js";
import { inside } from "./inside.js";

/** What the placeholders of a server's declaration stand for. */
export interface ServerValues {
  /** The plugin's folder, its links resolved. */
  readonly root: string;
  /** The plugin's own folder for what it keeps; made when a server is about to be started. */
  readonly data: string;
  readonly project?: string;
  /** Answers to the plugin's `userConfig`. */
  readonly options?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A server ready to be started or reached. */
export interface ServerLaunch {
  readonly command?: string;
  readonly args: readonly string[];
  /** Laid over the environment that the client chooses. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly url?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Names of variables that are not set; their text was left as it is. */
  readonly unset: readonly string[];
}

/**
 * Fills in the placeholders of a declared server, once: what comes of one is not looked at again. By the standard
 * these are `${PLUGIN_ROOT}` and `${PLUGIN_DATA}` in arguments, values of the environment and the working folder, and
 * nothing else. A sentence when the working folder leads out.
 */
export function serverLaunch(data: JsonObject, values: ServerValues): ServerLaunch | string {
  const strict = data["placeholders"] === "agent-plugins";
  const unset = new Set<string>();
  const fill = (text: string): string => (strict ? fillStandard(text, values) : fillOther(text, values, unset));
  const outside = strict ? (text: string): string => text : fill;
  const { command, args, env, cwd, url, headers } = data;
  const folder = typeof cwd === "string" ? fill(cwd) : undefined;
  const where = data["transport"] === "stdio" ? workingFolder(folder, strict, cwd, values) : undefined;
  if (typeof where === "object") return where.why;
  const own = { PLUGIN_ROOT: values.root, PLUGIN_DATA: values.data };
  const others = { CLAUDE_PLUGIN_ROOT: values.root, CLAUDE_PLUGIN_DATA: values.data };
  if (data["transport"] === "stdio") mkdirSync(values.data, { recursive: true, mode: 0o700 });
  return {
    ...(typeof command === "string" && { command: commandOf(outside(command), strict, values.root) }),
    args: Array.isArray(args) ? args.map((one) => fill(String(one))) : [],
    env: { ...(strict ? {} : others), ...filled(env, fill), ...own },
    ...(where !== undefined && { cwd: where }),
    ...(typeof url === "string" && { url: outside(url) }),
    headers: filled(headers, outside),
    unset: [...unset],
  };
}

/** A path of the plugin is resolved against its folder; a bare name is left to the search of the system. */
function commandOf(command: string, strict: boolean, root: string): string {
  return strict && command.startsWith("./") ? join(root, command) : command;
}

/** The plugin's folder unless it says otherwise. Where the standard holds it must not lead out. */
function workingFolder(
  folder: string | undefined,
  strict: boolean,
  written: unknown,
  { root, data }: ServerValues,
): string | undefined | { readonly why: string } {
  if (!strict) return folder === undefined || isAbsolute(folder) ? folder : join(root, folder);
  if (folder === undefined) return root;
  const home = String(written).startsWith("${PLUGIN_DATA}") ? data : root;
  const path = isAbsolute(folder) ? folder : join(root, folder);
  if (home === data) mkdirSync(data, { recursive: true, mode: 0o700 });
  const { why } = inside(home, path);
  return why === undefined || why === "missing" ? path : { why: `its working folder "${String(written)}" leads out` };
}

function fillStandard(text: string, { root, data }: ServerValues): string {
  return text.replace(/\$\{PLUGIN_(ROOT|DATA)\}/g, (_, which: string) => (which === "ROOT" ? root : data));
}

/** Variables that hold what belongs to the model's provider and to nacre: no server gets them. */
const OURS = /^(?:ANTHROPIC|OPENAI|OLLAMA|NACRE|CLAUDE)_/;

/** The words of Claude-style plugins and Gemini extensions, then the environment: `${VAR}` and `${VAR:-default}`. */
function fillOther(text: string, values: ServerValues, unset: Set<string>): string {
  const { root, data, project = root, options = {}, env = {} } = values;
  const known: Readonly<Record<string, string>> = {
    CLAUDE_PLUGIN_ROOT: root,
    CLAUDE_PLUGIN_DATA: data,
    CLAUDE_PROJECT_DIR: project,
    PLUGIN_ROOT: root,
    PLUGIN_DATA: data,
    extensionPath: root,
    workspacePath: project,
    "/": "/",
    pathSeparator: "/",
  };
  return text.replace(/\$\{(\/|[A-Za-z_][\w.]*)(?::-([^}]{0,1000}))?\}/g, (whole, name: string, fallback?: string) => {
    const option = /^user_config\.(\w+)$/.exec(name)?.[1];
    const table = option === undefined ? (Object.hasOwn(known, name) ? known : env) : options;
    const key = option ?? name;
    const isOpen = Object.hasOwn(table, key) && (table !== env || !OURS.test(key));
    const value = isOpen ? table[key] : undefined;
    if (value === undefined && fallback === undefined) unset.add(name);
    return value ?? fallback ?? whole;
  });
}

function filled(table: unknown, fill: (text: string) => string): Readonly<Record<string, string>> {
  if (!isObject(table)) return {};
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, fill(String(value))]));
}
