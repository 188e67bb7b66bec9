import * as z from "zod/mini";
import type { Manifest } from "../../../schemas/manifest.js";
import type { JsonObject } from "../../../schemas/json.js";

const name = z.string().check(z.regex(/^[\w:./@-]{1,128}$/));
const text = z._default(z.string().check(z.maxLength(100_000)), "");
const maybe = z.optional(z.string().check(z.maxLength(10_000)));
const names = z.optional(z.array(name));
const yes = z.optional(z.boolean());

/** The data of an item that its manifest does not speak of. */
const DATA: Readonly<Record<string, z.ZodMiniType>> = {
  tool: z.object({
    name: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)), // Others make a provider refuse the whole request.
    description: text,
    inputSchema: z._default(z.looseObject({ type: z._default(z.literal("object"), "object") }), { type: "object" }),
    effect: z._default(z.enum(["read", "write", "exec", "network", "ui"]), "exec"),
    aliases: names,
    together: yes,
  }),
  command: z.object({ name, description: text, aliases: names, argumentHint: maybe, hidden: yes, stacks: yes }),
  context: z.object({
    name,
    volatility: z._default(z.enum(["stable", "session", "last"]), "session"),
    text: maybe,
    unless: maybe,
    when: z.optional(z.union([name, z.array(name)])),
  }),
  subcommand: z.object({
    name: z.string().check(z.regex(/^[\w-]+( [\w-]+)?$/)),
    description: text,
    usage: maybe,
    aliases: names,
  }),
  provider: z.object({
    name,
    description: maybe,
    aliases: names,
    defaultModel: maybe,
    modelNames: z.optional(z.record(z.string(), z.string())),
    modelPrefix: maybe,
  }),
  middleware: z.object({ name }),
  kind: z.object({ name, folder: maybe, file: maybe, files: maybe, digest: maybe }),
  flag: z.object({
    name,
    type: z.enum(["boolean", "string", "number", "list", "optional"]),
    description: text,
    value: maybe,
    aliases: names,
  }),
};

/** What stands between others and answers for people is there only if it was shown before. */
const MIGHTY: ReadonlySet<string> = new Set(["middleware", "provider"]);

/** The kinds whose items can come across the pipe. */
export function isKind(kind: string): boolean {
  return Object.hasOwn(DATA, kind);
}

/**
 * What is believed of an item: of one that the manifest declares only its name, since the rest was shown and approved as
 * it stands there. Throws for what is wrong.
 */
export function itemData(
  kind: string,
  item: JsonObject,
  { provides }: Manifest,
): JsonObject & { readonly name: string } {
  const declared = provides?.[kind]?.some((one) => "name" in one && one.name === item["name"]);
  if (declared) return { name: String(item["name"]) };
  if (MIGHTY.has(kind)) throw new Error(`it adds a ${kind} that its manifest does not declare`);
  const { success, data, error } = DATA[kind]!.safeParse(item);
  if (success) return data as JsonObject & { readonly name: string };
  const issue = error.issues[0];
  throw new Error(`it adds a ${kind} that is wrong at "${issue?.path.map(String).join(".") ?? ""}"`);
}
