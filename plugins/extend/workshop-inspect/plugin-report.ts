import { relative, resolve, sep } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import { isObject } from "../../../schemas/json.js";
import type { Catalogue, Diagnostic, PackageContext, Part } from "../../../schemas/parts.js";
import { statOf } from "../../../schemas/stat-of.js";
import { sha8 } from "./sha8.js";
import { hookCounts, type HookCounts } from "./hook-counts.js";
import { hasFrontMatter } from "./file-report.js";
import { marketPlace, readMarket } from "./market-file.js";
import { printable } from "../../../schemas/printable.js";

/** Which folder, and through which entry of which marketplace. */
export interface Asked {
  readonly dir: string;
  readonly marketplace?: string | undefined;
  readonly entry?: string | undefined;
}

export interface PartReport {
  readonly name: string;
  readonly file: string;
  /** Folders below `agents`, joined by ":". */
  readonly scope?: string;
  readonly descriptionSha256_8?: string;
  readonly hasDescription: boolean;
  readonly noFrontmatter?: true;
  /** YAML refuses the front matter; the values were found key by key. */
  readonly yamlNeedsRecovery?: true;
}

/** What a folder holds. */
export interface PluginReport {
  readonly name: string;
  readonly manifest: "ok" | "none" | "broken";
  readonly entry?: {
    readonly marketplace: string;
    readonly name: string;
    readonly strict?: false;
    readonly rootSource?: true;
  };
  readonly commands: readonly PartReport[];
  readonly skills: readonly PartReport[];
  readonly agents: readonly PartReport[];
  readonly hooks: HookCounts;
  readonly mcpServers: readonly string[];
  readonly lspServers: readonly string[];
  readonly outputStyles: readonly string[];
  readonly other?: readonly string[];
  /** Stable words for what is odd or wrong. */
  readonly issues?: readonly string[];
}

export interface PluginInspected {
  readonly report: PluginReport;
  readonly problems: readonly Diagnostic[];
}

/** Reads a folder as it would be read on loading, and loads nothing. Throws a UserError when it is not there. */
export async function pluginReport(asked: Asked, cwd: string, catalogue: Catalogue): Promise<PluginInspected> {
  const dir = resolve(cwd, asked.dir);
  if (!statOf(dir)?.isDirectory()) throw new UserError(`${dir} is not a folder.`);
  const { entry, shown, missing } = entryOf(asked, cwd);
  const context: Partial<PackageContext> = entry ? { entry } : {};
  const inventory = await catalogue.inspect(dir, { ...context, ...(shown && { fallbackName: shown.name }) });
  const { package: found, parts } = inventory;
  const of = (kind: string): readonly PartReport[] =>
    parts.filter((part) => part.kind === kind).map((part) => partReport(dir, part));
  const names = (kind: string): readonly string[] => parts.filter((part) => part.kind === kind).map(({ name }) => name);
  const problems = [...(missing ? [missing] : []), ...inventory.problems];
  const issues = [...new Set(problems.map(({ code }) => code))].toSorted();
  const other = OTHER.filter(([kind]) => found.usable && found.places[kind]).map(([, word]) => word);
  const { name: written } = found.fields;
  const report: PluginReport = {
    name: shown?.name ?? (typeof written === "string" && written !== "" ? written : found.name),
    manifest: found.state,
    ...(shown && { entry: shown }),
    commands: of("command"),
    skills: of("skill"),
    agents: of("agent"),
    hooks: hookCounts(found),
    mcpServers: names("mcp-server").toSorted(),
    lspServers: names("lsp-server").toSorted(),
    outputStyles: names("output-style").toSorted(),
    ...(other.length > 0 && { other }),
    ...(issues.length > 0 && { issues }),
  };
  return { report, problems };
}

const OTHER = [
  ["theme", "themes"],
  ["workflow", "workflows"],
  ["monitor", "monitors"],
] as const;

interface FoundEntry {
  readonly entry?: NonNullable<PackageContext["entry"]>;
  readonly shown?: NonNullable<PluginReport["entry"]>;
  readonly missing?: Diagnostic;
}

function entryOf({ marketplace, entry: name }: Asked, cwd: string): FoundEntry {
  if (name === undefined) return {};
  if (marketplace === undefined) throw new UserError("--entry needs --marketplace FILE.");
  const { file, root } = marketPlace(marketplace, cwd);
  const shownFile = relative(root, file).split(sep).join("/");
  const market = readMarket(marketplace, cwd);
  if (!market) {
    const message = `The marketplace file ${file} does not exist; the folder is read without its entry.`;
    const missing = { severity: "warning", code: "marketplace-missing", message, file } as const;
    return { shown: { marketplace: shownFile, name }, missing };
  }
  const value = market.entries.find((one) => one["name"] === name);
  if (!value) throw new UserError(`${file} has no plugin "${name}".`);
  const { source } = value;
  const path = isObject(source) ? source["path"] : source;
  const shown = {
    marketplace: shownFile,
    name,
    ...(value["strict"] === false && { strict: false as const }),
    ...(typeof path === "string" && /^\.\/*$/.test(path) && { rootSource: true as const }),
  };
  return { entry: { value, file, root }, shown };
}

function partReport(dir: string, { name, file, data }: Part): PartReport {
  const described = data["undescribed"] !== true && typeof data["description"] === "string";
  const recovered = data["recovered"] === true;
  const { scope } = data;
  return {
    name,
    file: relative(dir, file).split(sep).join("/"),
    ...(typeof scope === "string" && scope !== "" && { scope }),
    ...(described && !recovered && { descriptionSha256_8: sha8(String(data["description"])) }),
    hasDescription: described,
    ...(!described && !hasFrontMatter(file) && { noFrontmatter: true as const }),
    ...(recovered && { yamlNeedsRecovery: true as const }),
  };
}

/** The same for people, with what is wrong behind it. */
export function pluginText(report: PluginReport, problems: readonly Diagnostic[]): string {
  const lines = [`${report.name}  (manifest: ${report.manifest})`];
  const list = (title: string, names: readonly string[]): void => {
    if (names.length > 0) lines.push(`  ${title}: ${names.join(", ")}`);
  };
  const named = (parts: readonly PartReport[]): readonly string[] => parts.map(({ name }) => name);
  list(
    "commands",
    named(report.commands).map((name) => `/${name}`),
  );
  list("skills", named(report.skills));
  list("agents", named(report.agents));
  list(
    "hooks",
    Object.entries(report.hooks.events).map(([event, count]) => `${event} ${count}`),
  );
  list("MCP servers", report.mcpServers);
  list("language servers", report.lspServers);
  list("output styles", report.outputStyles);
  list("also", report.other ?? []);
  if (lines.length === 1) lines.push("  It holds nothing that nacre knows.");
  for (const { severity, message, file, line, column } of problems) {
    const place = line === undefined ? "" : ` (${file}:${line}:${column ?? 1})`;
    lines.push(`${severity}: ${message}${place}`);
  }
  return `${lines.map(printable).join("\n")}\n`;
}
