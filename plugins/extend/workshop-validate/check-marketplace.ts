import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Catalogue, Diagnostic } from "../../../schemas/parts.js";
import type { Checked } from "./checked.js";
import { parseJson, placeInJson } from "../diagnostic.js";
import { inside, leaves } from "../inside.js";
import { readText } from "../read-text.js";

const LIMIT = 16 * 1024 * 1024;
const MOST_PROBLEMS = 200;
const SIGNS = "Use letters, digits, dots and hyphens.";
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*)$/;
/** Of each kind of source, the fields it cannot do without (plugins.md, section 3). */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  github: ["repo"],
  url: ["url"],
  "git-subdir": ["url", "path"],
  npm: ["package"],
  archive: ["url", "sha256"],
  command: ["command"],
};

/** Checks a marketplace's file, each of its entries by itself, and the plugins that stand beside it. */
export async function checkMarketplace(file: string, catalogue: Catalogue): Promise<Checked> {
  const market = new Market(file);
  const entries = market.entries();
  let here = 0;
  for (const { at, value } of entries) {
    const dir = market.folderOf(at, value);
    if (dir === undefined) continue;
    here++;
    const { problems } = await catalogue.inspect(dir, { entry: { value, file, root: market.root } });
    market.problems.push(...problems);
  }
  const holds = { plugin: entries.length, "plugin here": here };
  return { kind: "marketplace", path: file, name: market.name, holds, problems: market.problems };
}

class Market {
  readonly problems: Diagnostic[] = [];
  readonly root: string;
  readonly #file: string;
  readonly #text: string;
  readonly #value: JsonObject;

  constructor(file: string) {
    this.#file = file;
    this.root = basename(dirname(file)) === ".claude-plugin" ? dirname(dirname(file)) : dirname(file);
    const text = readText(file, LIMIT);
    this.#text = typeof text === "string" ? text : "";
    const { value, fault } = typeof text === "string" ? parseJson(text) : { fault: text, value: undefined };
    if (fault) this.problems.push({ ...fault, file });
    else if (!isObject(value))
      this.#say([], "not-an-object", ["A marketplace has to be a JSON object.", "Write { ... }."]);
    this.#value = isObject(value) ? value : {};
  }

  get name(): string {
    return typeof this.#value["name"] === "string" ? this.#value["name"] : "";
  }

  /** Entries that can be used, with their places in the list. */
  entries(): readonly { readonly at: number; readonly value: JsonObject }[] {
    if (this.problems.length > 0) return [];
    const { name, owner, plugins } = this.#value;
    if (!isName(name))
      this.#say(["name"], "market-name", [`The marketplace's name is ${JSON.stringify(name)}.`, SIGNS]);
    if (!isObject(owner) || typeof owner["name"] !== "string") {
      const words = ["The marketplace does not say who keeps it.", 'Add "owner": { "name": "..." }.'] as const;
      this.#say(["owner"], "market-owner", words, "warning");
    }
    if (!Array.isArray(plugins)) {
      this.#say(["plugins"], "market-plugins", ['There is no list "plugins".', 'Add "plugins": [ ... ].']);
      return [];
    }
    const names = new Set<string>();
    return plugins.flatMap((value: unknown, at) => {
      const fault = entryFault(value, names);
      if (!fault && isObject(value)) return [{ at, value }];
      if (fault) this.#say(["plugins", at, ...fault.path], fault.code, fault.words);
      return [];
    });
  }

  /** The folder of an entry beside the marketplace; undefined where it is fetched from elsewhere, or cannot be used. */
  folderOf(at: number, { source, name }: JsonObject): string | undefined {
    if (typeof source !== "string") return undefined;
    const metadata = this.#value["metadata"];
    const named = isObject(metadata) ? metadata["pluginRoot"] : undefined;
    const base = typeof named === "string" && !/^\.{1,2}(?:\/|$)/.test(source) ? named : "";
    const place = ["plugins", at, "source"];
    const { real, why } = inside(this.root, join(base, source));
    if (leaves(join(base, source)) || why === "outside") {
      const message = `The source of "${String(name)}" leads out of the marketplace.`;
      this.#say(place, "path-escapes", [message, "Move the plugin below the marketplace's folder."]);
    } else if (real === undefined || !statSync(real).isDirectory()) {
      const message = `The folder "${source}" of "${String(name)}" does not exist.`;
      this.#say(place, "path-missing", [message, "Correct the path, or take the entry out."], "warning");
    } else return real;
    return undefined;
  }

  /** `words`: what is wrong, and what to do. */
  #say(
    path: readonly (string | number)[],
    code: string,
    [message, fix]: readonly [string, string],
    severity: Diagnostic["severity"] = "error",
  ): void {
    if (this.problems.length >= MOST_PROBLEMS) return;
    const place = placeInJson(this.#text, [...path]);
    this.problems.push({ severity, code, message, fix, file: this.#file, ...place });
  }
}

interface EntryFault {
  readonly path: readonly string[];
  readonly code: string;
  readonly words: readonly [string, string];
}

function entryFault(value: unknown, names: Set<string>): EntryFault | undefined {
  if (!isObject(value)) {
    const words = ["An entry has to be an object.", 'Write { "name": ..., "source": ... }.'] as const;
    return { path: [], code: "entry-shape", words };
  }
  const { name, source } = value;
  if (!isName(name)) {
    return { path: ["name"], code: "entry-name", words: [`The entry's name is ${JSON.stringify(name)}.`, SIGNS] };
  }
  if (names.has(name)) {
    const words = [`There is a plugin "${name}" before this one.`, "Rename one of them."] as const;
    return { path: ["name"], code: "same-name", words };
  }
  names.add(name);
  const wrong = sourceFault(source, name);
  return wrong && { path: ["source"], code: "entry-source", words: wrong };
}

function sourceFault(source: unknown, name: string): readonly [string, string] | undefined {
  if (typeof source === "string") return undefined;
  const kind = isObject(source) ? String(source["source"]) : "";
  if (!isObject(source) || !Object.hasOwn(NEEDED, kind)) {
    const kinds = Object.keys(NEEDED).join(", ");
    return [
      `"${name}" has no source that anybody understands.`,
      `Give a path "./...", or an object with "source" one of ${kinds}.`,
    ];
  }
  const missing = NEEDED[kind]!.filter((field) => typeof source[field] !== "string");
  if (missing.length === 0) return undefined;
  return [`The source of "${name}" lacks ${missing.join(" and ")}.`, "Add what is missing."];
}

function isName(name: unknown): name is string {
  return typeof name === "string" && NAME.test(name) && !name.includes("..");
}
