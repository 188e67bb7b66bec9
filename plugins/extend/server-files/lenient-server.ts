import { isObject, type JsonObject } from "../../../schemas/json.js";

export interface LenientServer {
  readonly data: JsonObject;
  /** Why it cannot be started or reached. */
  readonly fault?: string;
}

/** Which placeholders the texts of a server may hold. */
export type Placeholders = "claude" | "gemini";

const TYPES: Readonly<Record<string, string>> = {
  stdio: "stdio",
  http: "http",
  "streamable-http": "http",
  streamableHttp: "http",
  sse: "sse",
  ws: "ws",
};

/**
 * A server as it is written in the wild, in the fields that nacre uses; unknown fields are kept in `others`. One with an
 * empty address is a slot for the user to fill: not usable, and nothing to complain about.
 */
export function lenientServer(server: unknown, placeholders: Placeholders): LenientServer {
  if (!isObject(server)) return { data: { usable: false }, fault: "it has to be an object" };
  const { type, command, args, env, cwd, url, httpUrl, headers, enabled, disabled, trust: _, ...others } = server;
  const transport = transportOf(server, placeholders);
  const address = typeof httpUrl === "string" ? httpUrl : url;
  const vacant = transport !== "stdio" && address === "" && command === undefined;
  const fault = vacant ? undefined : faultOf({ ...server, url: address }, transport);
  const data = {
    transport: transport ?? String(type ?? "none"),
    placeholders,
    usable: fault === undefined && !vacant,
    ...(vacant && { vacant }),
    ...(typeof command === "string" && { command }),
    ...(Array.isArray(args) && { args: args.map(String) }),
    ...(isObject(env) && { env: texts(env) }),
    ...(typeof cwd === "string" && { cwd }),
    ...(typeof address === "string" && { url: address }),
    ...(isObject(headers) && { headers: texts(headers) }),
    ...((enabled === false || disabled === true) && { enabled: false }),
    ...(Object.keys(others).length > 0 && { others }),
  };
  return { data, ...(fault !== undefined && { fault }) };
}

function transportOf(server: JsonObject, placeholders: Placeholders): string | undefined {
  const { type, command, url, httpUrl, tcp } = server;
  if (typeof type === "string") return Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (typeof httpUrl === "string") return "http";
  if (command !== undefined) return "stdio";
  if (url !== undefined) return placeholders === "gemini" ? "sse" : "http";
  return tcp === undefined ? "none" : "ws";
}

function faultOf(
  { type, command, args, env, url, headers }: JsonObject,
  transport: string | undefined,
): string | undefined {
  if (transport === undefined) return `its "type" ${JSON.stringify(type)} is not known`;
  if (transport === "none") return 'it has neither "command" nor "url"';
  if (transport !== "stdio") return remoteFault(url, headers);
  if (typeof command !== "string" || command.trim() === "") return 'its "command" has to be a text';
  if (args !== undefined && !Array.isArray(args)) return 'its "args" have to be a list';
  return env === undefined || isObject(env) ? undefined : 'its "env" has to be an object';
}

function remoteFault(url: unknown, headers: unknown): string | undefined {
  if (typeof url !== "string") return 'its "url" has to be a text';
  // With placeholders it is known only when they are filled in.
  if (!url.includes("$") && !(URL.canParse(url) && /^(?:https?|wss?):\/\//i.test(url))) {
    return `its "url" ${JSON.stringify(url)} is no address`;
  }
  if (headers !== undefined && !isObject(headers)) return 'its "headers" have to be an object';
  const bad = isObject(headers)
    ? Object.entries(headers).find(([, value]) => /[\r\n\0]/.test(String(value)))
    : undefined;
  return bad && `its header "${bad[0]}" holds a line break`;
}

function texts(table: JsonObject): Readonly<Record<string, string>> {
  const scalars = Object.entries(table).filter(([, value]) => value !== null && typeof value !== "object");
  return Object.fromEntries(scalars.map(([key, value]) => [key, String(value)]));
}
