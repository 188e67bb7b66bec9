import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { isObject } from "../../../schemas/json.js";
import { buildListing, lineOf, type ListingText } from "./build-listing.js";
import { isForModel, policyOf, visibilityOf, type Policy } from "./policy.js";
import type { Roster } from "./roster.js";
import { triggerOf, type Trigger } from "../triggers.js";
import { Uses } from "./uses.js";

/** What a session needs of all skills before any is used: small, and kept on disk. */
export interface Listing extends ListingText {
  /** Says of which skills and settings it was made. */
  readonly key: string;
  readonly triggers: readonly Trigger[];
  /** Skills that are listed once a file that fits is worked on. */
  readonly waiting: readonly Waiting[];
}

export interface Waiting {
  readonly line: string;
  readonly globs: readonly string[];
}

const FORMAT = 1;
const MOST_KEPT = 20;
const LARGEST = 4 * 1024 * 1024;

/** Makes listings, and keeps them below the home so that a start need not read every skill. */
export class Listings {
  readonly uses: Uses;
  readonly #kernel: KernelView;
  readonly #roster: Roster;
  readonly #folder: string;
  #last: Listing | undefined;

  constructor(kernel: KernelView, roster: Roster) {
    this.#kernel = kernel;
    this.#roster = roster;
    this.#folder = join(kernel.home, "cache", "skills");
    this.uses = new Uses(this.#folder);
  }

  get policy(): Policy {
    return policyOf(this.#kernel.settings);
  }

  /** The listing of the last prompt. What has changed since then counts from the next prompt on. */
  async latest(): Promise<Listing> {
    return this.#last ?? this.current();
  }

  /** The listing for things as they are. */
  async current(): Promise<Listing> {
    const { policy } = this;
    const generation = (await this.#kernel.service("catalogue"))?.generation() ?? "";
    const key = JSON.stringify([FORMAT, this.#kernel.version, generation, policy]);
    if (this.#last?.key === key) return this.#last;
    return (this.#last = this.#read(key) ?? (await this.#make(key, policy)));
  }

  /** A skill was used that the list could not show in full: the next list is made anew, by use. */
  used(name: string): void {
    this.uses.add(name);
    if (this.#last?.complete === false) rmSync(this.#file(this.#last.key), { force: true });
  }

  async #make(key: string, policy: Policy): Promise<Listing> {
    const { all } = await this.#roster.names();
    const waiting = all.flatMap((one) => {
      const globs = one.part.data["paths"];
      if (!Array.isArray(globs) || !isForModel(one, policy)) return [];
      const line = lineOf(one, policy.most, visibilityOf(one, policy) === "name-only");
      return [{ line, globs: globs.map(String) }];
    });
    const triggers = all.flatMap((one) => {
      const visibility = visibilityOf(one, policy);
      const open = visibility === "on" || visibility === "name-only";
      const trigger = open ? triggerOf(one) : undefined;
      return trigger ? [trigger] : [];
    });
    const listing = { key, ...buildListing(all, policy, this.uses.counts()), triggers, waiting };
    this.#keep(listing);
    return listing;
  }

  #file(key: string): string {
    return join(this.#folder, `${hash(key)}.json`);
  }

  #read(key: string): Listing | undefined {
    try {
      const file = this.#file(key);
      if (statSync(file).size > LARGEST) return undefined;
      const kept: unknown = JSON.parse(readFileSync(file, "utf8"));
      // Two keys can have one name, and a file can be anything.
      return isObject(kept) && kept["key"] === key ? (kept as unknown as Listing) : undefined;
    } catch {
      return undefined;
    }
  }

  /** A home that cannot be written to costs time at the next start, and nothing else. */
  #keep(listing: Listing): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const file = this.#file(listing.key);
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, JSON.stringify(listing), { mode: 0o600 });
      renameSync(draft, file);
      this.#prune();
    } catch {
      // Nothing depends on it.
    }
  }

  #prune(): void {
    const files = readdirSync(this.#folder).filter((name) => /^[0-9a-z]+\.json$/.test(name) && name !== "uses.json");
    if (files.length <= MOST_KEPT) return;
    const aged = files.map((name) => ({ name, at: statSync(join(this.#folder, name)).mtimeMs }));
    for (const { name } of aged.sort((a, b) => b.at - a.at).slice(MOST_KEPT)) rmSync(join(this.#folder, name));
  }
}

/** A name for a file: 53 bits, quickly. */
function hash(text: string): string {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return (4294967296 * (2097151 & two) + (one >>> 0)).toString(36);
}
