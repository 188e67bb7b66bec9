import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Diagnostic, Package, Part, PartPlace, PartsFound } from "../../../schemas/parts.js";
import { capped } from "../diagnostic.js";
import { readTable, type ServerTable } from "./server-table.js";

const FIELDS: ReadonlySet<string> = new Set(
  (
    "command extensionToLanguage args transport env initializationOptions settings workspaceFolder startupTimeout " +
    "shutdownTimeout restartOnCrash maxRestarts diagnostics description"
  ).split(" "),
);

/**
 * Reads the language servers that a plugin declares; nothing is started. A later declaration of a name wins; one that
 * cannot be used is a part with `data.usable` false and costs no other.
 */
export async function readLspServers(places: readonly PartPlace[], _from: Package): Promise<PartsFound> {
  const parts = new Map<string, Part>();
  const problems: Diagnostic[] = [];
  for (const place of places) {
    const table = readTable(place, "lspServers");
    if (!table) continue;
    if ("code" in table) problems.push(table);
    else
      for (const [name, server] of Object.entries(table.servers))
        parts.set(name, partOf(name, server, table, problems));
  }
  return { parts: [...parts.values()], problems: capped(problems), files: places.flatMap(({ path }) => path ?? []) };
}

function partOf(name: string, server: unknown, { file, at }: ServerTable, problems: Diagnostic[]): Part {
  const fields: JsonObject = isObject(server) ? server : {};
  const fault = isObject(server) ? faultOf(server) : "it has to be an object";
  const say = (severity: Diagnostic["severity"], code: string, message: string): void => {
    problems.push({
      severity,
      code,
      message: `${file}: the language server "${name}" ${message}.`,
      file,
      ...at([name]),
    });
  };
  if (fault !== undefined) say("error", "lsp-server", `cannot be used: ${fault}`);
  const unknown = Object.keys(fields).filter((key) => !FIELDS.has(key));
  if (unknown.length > 0) say("warning", "lsp-field", `has fields without effect: ${unknown.join(", ")}`);
  const known = Object.entries(fields).filter(([key]) => FIELDS.has(key));
  return { kind: "lsp-server", name, file, data: { usable: fault === undefined, ...Object.fromEntries(known) } };
}

function faultOf({ command, extensionToLanguage, args, env }: JsonObject): string | undefined {
  if (typeof command !== "string" || command === "") return '"command" has to be a text';
  if (/\s/.test(command) && !command.startsWith("/") && !command.startsWith("${")) {
    return '"command" has to be a program alone; arguments belong into "args"';
  }
  if (!isObject(extensionToLanguage) || Object.keys(extensionToLanguage).length === 0) {
    return '"extensionToLanguage" has to name at least one file ending, such as { ".go": "go" }';
  }
  if (!Object.values(extensionToLanguage).every((one) => typeof one === "string"))
    return '"extensionToLanguage" has to hold texts';
  if (args !== undefined && !(Array.isArray(args) && args.every((one) => typeof one === "string"))) {
    return '"args" has to be a list of texts';
  }
  return env === undefined || isObject(env) ? undefined : '"env" has to be an object';
}
