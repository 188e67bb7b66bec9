import { UserError } from "../schemas/errors.js";
import type { ContextPart, ContextSpec } from "../schemas/front.js";
import type { Wall } from "./wall.js";

/** Where the parts of a system prompt come from. */
export interface Parts {
  all(kind: "context"): readonly ContextSpec[];
  get(kind: "context", name: string): Promise<ContextPart | undefined>;
  readonly settings: { get(path: string): unknown };
  readonly plugins: readonly { readonly plugin: { readonly holds?: readonly string[] } }[];
  /** Told of a part that fails, where it is there. */
  readonly wall?: Pick<Wall, "report">;
  ownerOf?(kind: "context", name: string): string | undefined;
}

/** What stands in the place of `{{name}}` in a part. */
export interface Place {
  readonly cwd: string;
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * All contributed parts, stable ones first, so that the cached beginning lives as long as it can: up to three texts, for
 * the stable parts, those of the session, and what stands last.
 */
export async function systemPrompt(parts: Parts, { cwd, model, now }: Place): Promise<readonly string[]> {
  const date = new Date(now).toISOString().slice(0, 10);
  const values: Readonly<Record<string, string>> = { cwd, model, date, platform: process.platform, shell: "bash" };
  const fill = (text: string): string => text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
  const texts = { stable: [] as string[], session: [] as string[], last: [] as string[] };
  const wanted = parts.all("context").filter((part) => isWanted(parts, part));
  const leftOut = await withoutBy(parts, wanted);
  for (const part of wanted) {
    const text = leftOut.has(part.name) ? undefined : await textOf(parts, part);
    if (text) texts[part.volatility].push(fill(text));
  }
  return [texts.stable, texts.session, texts.last].map((some) => some.join("\n\n")).filter((text) => text !== "");
}

function isWanted(parts: Parts, { unless, when }: ContextSpec): boolean {
  const { settings } = parts;
  if (unless !== undefined && settings.get(unless) !== undefined) return false;
  // The list of all plugins is made anew whenever it is asked for.
  const holds = (condition: string): boolean =>
    condition.startsWith("has:")
      ? parts.plugins.some(({ plugin }) => plugin.holds?.includes(condition.slice(4)))
      : settings.get(condition) !== undefined;
  return when === undefined || [when].flat().some(holds);
}

/** What parts that have code leave out. Code behind parts that are plain words is never loaded. */
async function withoutBy(parts: Parts, wanted: readonly ContextSpec[]): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const { name, text, setting } of wanted) {
    if (text !== undefined || setting !== undefined) continue;
    for (const other of (await alone(parts, name, (part) => part.without?.())) ?? []) names.add(other);
  }
  return names;
}

async function textOf(parts: Parts, part: ContextSpec): Promise<string | undefined> {
  const setting = part.setting === undefined ? undefined : parts.settings.get(part.setting);
  if (typeof setting === "string") return setting;
  if (part.text !== undefined || part.setting !== undefined) return part.text;
  return alone(parts, part.name, (live) => live.render?.());
}

/** A part that fails is left out: words are never worth a session. */
async function alone<T>(
  parts: Parts,
  name: string,
  use: (part: ContextPart) => Promise<T> | T | undefined,
): Promise<T | undefined> {
  const owner = parts.ownerOf?.("context", name);
  let part: ContextPart | undefined;
  try {
    part = await parts.get("context", name);
    return part && (await use(part));
  } catch (error) {
    if (part && error instanceof UserError) throw error; // The person has something to mend first.
    // That its code could not be loaded has been said.
    if (part && owner !== undefined) parts.wall?.report(owner, `context:${name}`, error);
    return undefined;
  }
}
