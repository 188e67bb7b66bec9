import type { ContextPart, ContextSpec } from "../schemas/front.js";

/** Where the parts of a system prompt come from. */
export interface Parts {
  all(kind: "context"): readonly ContextSpec[];
  get(kind: "context", name: string): Promise<ContextPart | undefined>;
  readonly settings: { get(path: string): unknown };
}

/** What stands in the place of `{{name}}` in a part. */
export interface Place {
  readonly cwd: string;
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** All contributed parts, stable ones first, so that the cached beginning lives as long as it can. */
export async function systemPrompt(parts: Parts, { cwd, model, now }: Place): Promise<readonly string[]> {
  const date = new Date(now).toISOString().slice(0, 10);
  const values: Readonly<Record<string, string>> = { cwd, model, date, platform: process.platform, shell: "bash" };
  const fill = (text: string): string => text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
  const stable: string[] = [];
  const session: string[] = [];
  for (const part of parts.all("context")) {
    const text = await textOf(parts, part);
    if (text) (part.volatility === "stable" ? stable : session).push(fill(text));
  }
  return [stable.join("\n\n"), session.join("\n\n")].filter((text) => text !== "");
}

async function textOf(parts: Parts, part: ContextSpec): Promise<string | undefined> {
  const { settings } = parts;
  if (part.unless !== undefined && settings.get(part.unless) !== undefined) return undefined;
  const setting = part.setting === undefined ? undefined : settings.get(part.setting);
  if (typeof setting === "string") return setting;
  if (part.text !== undefined || part.setting !== undefined) return part.text;
  return (await parts.get("context", part.name))?.render?.();
}
