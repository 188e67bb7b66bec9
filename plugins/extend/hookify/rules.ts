import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { KernelView } from "../../../core/types.js";
import type { OwnedPart } from "../../../schemas/parts.js";
import { projectRoot } from "../../../schemas/project-root.js";
import type { Trusted } from "../../../schemas/trusted.js";
import { readText } from "../read-text.js";
import { secretProblem } from "../unseen.js";
import { stampOf } from "../stamp.js";
import { unapproved } from "../unapproved.js";
import { MOST_FILE, nameOfFile, readRule, type Rule } from "./rule.js";

/** A rule and the file it stands in. */
export interface FiledRule extends Rule {
  readonly file: string;
}

/** The most rules of one folder. */
const MOST_RULES = 200;

interface Kept {
  readonly stamp: string;
  readonly rule?: FiledRule;
}

/** All rules in force. Folders of the user and the project are looked at each time: a file counts as soon as it is there. */
export class Rules {
  readonly #kernel: KernelView;
  readonly #files = new Map<string, Kept>();
  readonly #own = new Set<string>();
  readonly #refused = new Set<string>();
  readonly #say: (sentence: string) => void;
  #trusted: Promise<Trusted | undefined> | undefined;

  constructor(kernel: KernelView, say: (sentence: string) => void) {
    this.#kernel = kernel;
    this.#say = say;
  }

  get project(): string {
    return projectRoot(this.#kernel.cwd, this.#kernel.home);
  }

  /** Where rules of this project are written. */
  get folder(): string {
    return join(this.project, ".nacre", "hookify");
  }

  /** A file that this run has written itself counts whether or not the folder is trusted. */
  own(file: string): void {
    this.#own.add(file);
  }

  /** Rules of the project, of the user and of plugins; those that are switched off included. */
  async all(): Promise<readonly FiledRule[]> {
    const found: FiledRule[] = [];
    const seen = new Set<string>();
    for (const file of await this.#watched()) {
      seen.add(file);
      const rule = await this.#read(file);
      if (rule) found.push(rule);
    }
    const catalogue = await this.#kernel.service("catalogue");
    for (const { file, data, owner } of ((await catalogue?.parts("hookify")) ?? []) as readonly OwnedPart[]) {
      if (seen.has(file)) continue;
      const why = await unapproved(this.#kernel, owner);
      if (why === undefined) found.push({ ...(data as unknown as Rule), file });
      else if (!this.#refused.has(why)) {
        this.#refused.add(why);
        this.#say(why);
      }
    }
    return found;
  }

  async #watched(): Promise<readonly string[]> {
    const files = rulesIn(join(this.#kernel.home, "hookify"), /\.md$/);
    const project = rulesIn(this.folder, /\.md$/);
    const claude = rulesIn(join(this.project, ".claude"), /^hookify\..+\.md$/);
    const theirs = [...project, ...claude];
    if (theirs.length === 0) return files;
    const trusted = await this.#trust();
    return [...theirs.filter((file) => trusted || this.#own.has(file)), ...files];
  }

  async #read(file: string): Promise<FiledRule | undefined> {
    const stamp = stampOf(file);
    const kept = this.#files.get(file);
    if (kept?.stamp === stamp) return kept.rule;
    const text = secretProblem(file) ?? readText(file, MOST_FILE);
    const name = nameOfFile(file);
    const read = typeof text === "string" ? await readRule(text, name) : { problems: [text], rule: undefined };
    for (const { severity, message } of read.problems) if (severity === "error") this.#say(`${file}: ${message}`);
    const rule = read.rule && { ...read.rule, file };
    this.#files.set(file, { stamp, ...(rule && { rule }) });
    return rule;
  }

  #trust(): Promise<Trusted | undefined> {
    return (this.#trusted ??= (async () => (await this.#kernel.service("trust"))?.of(this.project))());
  }
}

function rulesIn(dir: string, name: RegExp): readonly string[] {
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return [];
  try {
    const names = readdirSync(dir).filter((one) => name.test(one));
    return names
      .toSorted()
      .slice(0, MOST_RULES)
      .map((one) => join(dir, one));
  } catch {
    return [];
  }
}
