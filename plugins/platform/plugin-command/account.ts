import type { BillRow } from "../../../hooks/bill.js";
import type { Kernel, KernelView, KindName, Plugin, Point } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import type { ContextSpec } from "../../../schemas/front.js";
import type { Tool } from "../../../schemas/tool.js";

/** Characters of a token, on the average of English and JSON. */
const CHARACTERS = 4;

/** What `nacre plugin bill --json` prints. */
export interface Account {
  readonly plugins: readonly AccountLine[];
  /** Sentences about plugins that could not be loaded. */
  readonly failed: readonly string[];
  readonly notes: readonly string[];
}

export interface AccountLine {
  readonly plugin: string;
  readonly origin: string;
  /** Milliseconds to import and set up its code, once; null when it has none or could not be loaded. */
  readonly loadMs: number | null;
  /** Calls into it in this process, loading left out. */
  readonly calls: number;
  readonly failures: number;
  /** Failures because a deadline was over. */
  readonly late: number;
  /** Bytes of memory of its own process, and seconds of processor time; null when it runs inside nacre. */
  readonly memory: number | null;
  readonly cpu: number | null;
  /** Of its slowest place, in milliseconds; null when it was not called. */
  readonly p50: number | null;
  readonly p95: number | null;
  /** Estimated tokens that it adds to every request. */
  readonly tokens: number;
  readonly places: readonly BillRow[];
}

const NOTES = [
  "LOAD is the time to import and set up the code of a plugin, in milliseconds; what several share counts for the first. " +
    "For this list every plugin was loaded once; a run loads only what it needs.",
  "HOOK is the time of a call in this process, at the slowest place.",
  "MEMORY is that of the process a plugin from outside runs in, in megabytes.",
  `TOKENS are what tools and prompt parts add to every request, estimated as characters / ${CHARACTERS}.`,
];

/** Loads every plugin's code, one after the other, and reads the kernel's bill. */
export async function account(kernel: KernelView): Promise<Account> {
  const before = new Set(kernel.skipped.keys());
  for (const { plugin, state } of kernel.plugins) if (state === "listed") await activate(kernel, plugin);
  const rows = kernel.bill();
  const owned = new Set<string>();
  const plugins: AccountLine[] = [];
  const processes = new Map((await kernel.service("isolation"))?.report().map((one) => [one.plugin, one]));
  for (const { plugin } of kernel.plugins) {
    const { memory = null, cpu = null } = processes.get(plugin.name) ?? {};
    plugins.push({ ...lineOf(plugin, rows, await tokensOf(kernel, plugin, owned)), memory, cpu });
  }
  const rest = await tokensOf(kernel, undefined, owned);
  if (rest > 0) plugins.push({ ...EMPTY, plugin: "(added while running)", origin: "", tokens: rest });
  const failed = [...kernel.skipped].filter(([name]) => !before.has(name)).map(([, why]) => why);
  return { plugins: plugins.toSorted((a, b) => (b.loadMs ?? -1) - (a.loadMs ?? -1)), failed, notes: NOTES };
}

const EMPTY = {
  loadMs: null,
  calls: 0,
  failures: 0,
  late: 0,
  memory: null,
  cpu: null,
  p50: null,
  p95: null,
  places: [],
} as const;

function lineOf(plugin: Plugin, all: readonly BillRow[], tokens: number): Omit<AccountLine, "memory" | "cpu"> {
  const { name, origin = "in process" } = plugin;
  const rows = all.filter((row) => row.plugin === name);
  const load = rows.find((row) => row.place === "load");
  const places = rows.filter((row) => row.place !== "load");
  const slowest = places.toSorted((a, b) => b.p95 - a.p95)[0];
  return {
    plugin: name,
    origin,
    loadMs: load?.ms ?? null,
    calls: places.reduce((sum, row) => sum + row.calls, 0),
    failures: rows.reduce((sum, row) => sum + row.failures, 0),
    late: rows.reduce((sum, row) => sum + row.late, 0),
    p50: slowest?.p50 ?? null,
    p95: slowest?.p95 ?? null,
    tokens,
    places,
  };
}

/** Asks for something that only the plugin's code can give. Whether it gives it is another matter. */
async function activate(kernel: KernelView, { name, provides = {} }: Plugin): Promise<void> {
  const isActive = (): boolean => kernel.plugins.find(({ plugin }) => plugin.name === name)?.state !== "listed";
  const { taps = [], ...items } = provides;
  for (const [kind, list] of Object.entries(items)) {
    const first = list?.[0] as { readonly name: string } | undefined;
    if (isActive() || !first) continue;
    await kernel.get(kind as KindName, first.name).catch(messageOf);
  }
  for (const tap of taps as readonly { readonly point: Point }[]) {
    if (!isActive() && canFire(kernel)) await kernel.hook(tap.point).catch(messageOf);
  }
}

function canFire(kernel: KernelView): kernel is Kernel {
  return "hook" in kernel;
}

/** Tokens of a plugin's tools and prompt parts; without a plugin, of those that no manifest speaks of. */
async function tokensOf(kernel: KernelView, plugin: Plugin | undefined, owned: Set<string>): Promise<number> {
  let characters = 0;
  const isIts = (kind: string, name: string): boolean => {
    const key = `${kind} ${name}`;
    if (!plugin) return !owned.has(key);
    const its = plugin.provides?.[kind]?.some((item) => "name" in item && item.name === name) ?? false;
    if (its) owned.add(key);
    return its;
  };
  for (const { name, description, inputSchema } of kernel.all("tool") as readonly Tool[]) {
    if (isIts("tool", name)) characters += JSON.stringify({ name, description, inputSchema }).length;
  }
  for (const part of kernel.all("context") as readonly ContextSpec[]) {
    if (isIts("context", part.name)) characters += (await textOf(kernel, part)).length;
  }
  return Math.ceil(characters / CHARACTERS);
}

async function textOf(kernel: KernelView, { name, text, setting, unless }: ContextSpec): Promise<string> {
  if (unless !== undefined && kernel.settings.get(unless) !== undefined) return "";
  const value = setting === undefined ? undefined : kernel.settings.get(setting);
  if (typeof value === "string") return value;
  if (text !== undefined) return text;
  try {
    return (await (await kernel.get("context", name))?.render?.()) ?? "";
  } catch {
    return ""; // A part that fails is left out of requests as well.
  }
}
