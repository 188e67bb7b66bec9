import { lstatSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { hookText, serverText } from "../../../schemas/acting-text.js";
import { isObject } from "../../../schemas/json.js";
import type { Waiting } from "../../../schemas/settings.js";
import type { Acting } from "../../../schemas/trusted.js";

/** What a project brings. */
export interface Offer {
  readonly project: string;
  /** Folders of its plugins. */
  readonly dirs: readonly string[];
  readonly waiting: readonly Waiting[];
}

const MOST_BYTES = 1024 * 1024;

/** Everything of a project that would act. Reads files, runs nothing of them. */
export async function partsOf(kernel: KernelView, { project, dirs, waiting }: Offer): Promise<readonly Acting[]> {
  const settings = waiting.map(settingPart);
  const catalogue = await kernel.service("catalogue");
  const plugins: Acting[] = [];
  for (const dir of dirs) {
    // What was installed stands elsewhere and was approved when it was.
    if (dir.startsWith(project + sep)) plugins.push(...((await catalogue?.acting(dir)) ?? []));
  }
  return [...settings, ...serversIn(join(project, ".mcp.json")), ...plugins];
}

/** A setting of a file. */
export function settingPart({ path, value, source: file }: Waiting): Acting {
  const isHook = path.startsWith("hooks.") && isObject(value) && Array.isArray(value["hooks"]);
  return { file, what: path, value, ...(isHook && { text: hookText(value) }) };
}

/** Servers that the project lists for everybody. Each is agreed to as it is written. */
function serversIn(file: string): readonly Acting[] {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size > MOST_BYTES) return [];
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    const servers = isObject(content) ? content["mcpServers"] : undefined;
    return Object.entries(isObject(servers) ? servers : {}).map(([name, value]) => serverPart(file, name, value));
  } catch {
    return []; // Whoever reads it to start servers says what is wrong with it.
  }
}

function serverPart(file: string, name: string, value: unknown): Acting {
  return { file, what: `server ${name}`, value, ...(isObject(value) && { text: serverText(value) }) };
}
