import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { EXIT, UserError } from "../../../../schemas/errors.js";
import { taggedVersions } from "../fetch/git.js";
import { findGit } from "../fetch/run-git.js";
import type { Job } from "../job.js";
import { openMarket } from "../markets.js";
import { targetIn, type Target } from "../source/target.js";
import type { InstalledPlugin } from "../state/installed-file.js";
import type { Lock } from "../state/lock-file.js";
import type { Dependency } from "./dependency.js";
import { stage, type Staged } from "./stage.js";

/** What is there already. */
export interface Present {
  readonly installed: readonly InstalledPlugin[];
  readonly lock: Lock;
}

interface Range {
  readonly range: string;
  readonly by: string;
}

const MOST = 60;

/** Fetches plugins and all they need, as far as it is not there. The first ones are those that were asked for. */
export async function gather(
  job: Job,
  targets: readonly Target[],
  present: Present,
  scratch: string,
): Promise<readonly Staged[]> {
  const gathering = new Gathering(job, present, scratch);
  for (const target of targets) await gathering.add(target);
  return gathering.finish();
}

class Gathering {
  readonly #job: Job;
  readonly #present: Present;
  readonly #scratch: string;
  readonly #staged = new Map<string, Staged>();
  readonly #open: { readonly dependency: Dependency; readonly by: Staged; readonly root: Target }[] = [];
  #count = 0;

  constructor(job: Job, present: Present, scratch: string) {
    this.#job = job;
    this.#present = present;
    this.#scratch = scratch;
  }

  async add(target: Target, root: Target = target): Promise<void> {
    if (++this.#count > MOST) throw new UserError(`More than ${MOST} plugins would come with it.`, EXIT.plugin);
    const dir = join(this.#scratch, String(this.#count));
    mkdirSync(join(dir, "work"), { recursive: true });
    const staged = await stage(this.#job, target, dir);
    this.#staged.set(staged.id, staged);
    for (const dependency of staged.dependencies) this.#open.push({ dependency, by: staged, root });
    for (let next = this.#open.shift(); next; next = this.#open.shift())
      await this.#need(next.dependency, next.by, next.root);
  }

  /** Everything fits now: nothing was replaced after somebody had relied on it. */
  async finish(): Promise<readonly Staged[]> {
    for (const { id } of this.#staged.values()) {
      const unmet = await this.#unmet(id, this.#versionOf(id) ?? "", this.#ranges(id));
      if (unmet) throw unsatisfied(id, unmet, this.#versionOf(id));
    }
    return [...this.#staged.values()];
  }

  async #need(dependency: Dependency, by: Staged, root: Target): Promise<void> {
    const { id, name, market } = dependency;
    const ranges = this.#ranges(id);
    const version = this.#versionOf(id);
    if (version !== undefined && !(await this.#unmet(id, version, ranges))) return;
    const isAllowed = market === root.market || (root.catalogue?.market.allowsDependenciesOn.includes(market) ?? false);
    if (!isAllowed && version === undefined) {
      throw new UserError(
        `"${by.id}" needs "${id}" of another marketplace, which "${root.market}" does not permit; install that one first.`,
        EXIT.plugin,
      );
    }
    const target = targetIn(await openMarket(this.#job, market), name);
    await this.add(await this.#fitting(target, ranges), root);
    const got = this.#staged.get(id)?.version;
    const unmet = await this.#unmet(id, got ?? "", ranges);
    if (unmet) throw unsatisfied(id, unmet, got);
  }

  /** The newest version that fits all ranges, where tags or a registry offer several. */
  async #fitting(target: Target, ranges: readonly Range[]): Promise<Target> {
    if (ranges.length === 0) return target;
    const { source, pinnedAs, fallbackName } = target;
    if (source.kind === "npm")
      return { ...target, source: { ...source, version: ranges.map(({ range }) => range).join(" ") } };
    const git = pinnedAs ?? (source.kind === "git" ? source : undefined);
    if (!git) return target;
    const { default: semver } = await import("semver");
    const tags = await taggedVersions(
      findGit(this.#job.kernel.env, this.#job.progress),
      git.url,
      target.name ?? fallbackName,
    );
    const fitting = [...tags.keys()].filter((version) => {
      return semver.valid(version) !== null && ranges.every(({ range }) => semver.satisfies(version, range));
    });
    const version = semver.maxSatisfying(fitting, "*", { includePrerelease: true });
    if (version === null) return target;
    const { pinnedAs: _, ...rest } = target;
    const path = git.path === undefined ? {} : { path: git.path };
    return { ...rest, version, source: { kind: "git", url: git.url, ref: `refs/tags/${tags.get(version)}`, ...path } };
  }

  /** Ranges that anybody sets, those that are installed and are not replaced included. */
  #ranges(id: string): readonly Range[] {
    const all: Range[] = [];
    for (const { id: by, dependencies } of this.#staged.values()) {
      for (const one of dependencies) if (one.id === id && one.range !== undefined) all.push({ range: one.range, by });
    }
    for (const { id: by } of this.#present.installed) {
      const range = this.#present.lock[by]?.dependencies?.[id];
      if (range !== undefined && range !== "*" && !this.#staged.has(by)) all.push({ range, by });
    }
    return all;
  }

  #versionOf(id: string): string | undefined {
    return this.#staged.get(id)?.version ?? this.#present.installed.find((one) => one.id === id)?.version;
  }

  async #unmet(id: string, version: string, ranges: readonly Range[]): Promise<Range | undefined> {
    if (ranges.length === 0) return undefined;
    const { default: semver } = await import("semver");
    for (const range of ranges) {
      if (semver.validRange(range.range) === null) {
        throw new UserError(
          `"${range.by}" needs "${id}" ${JSON.stringify(range.range)}, which is no range of versions.`,
          EXIT.plugin,
        );
      }
      if (!semver.satisfies(version, range.range, { includePrerelease: true })) return range;
    }
    return undefined;
  }
}

function unsatisfied(id: string, { range, by }: Range, version: string | undefined): UserError {
  const there = version === undefined ? "there is none" : `what there is, is ${version}`;
  return new UserError(`"${by}" needs "${id}" ${range}, and ${there}. Nothing was changed.`, EXIT.plugin);
}
