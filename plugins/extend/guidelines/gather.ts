import { statSync } from "node:fs";
import { relative } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import { pathGlob, type PathGlob } from "../../../schemas/path-glob.js";
import { realPath } from "../../../schemas/real-path.js";
import type { Trusted } from "../../../schemas/trusted.js";
import { contains } from "../inside.js";
import { isTelling, Loader, type Authority, type Entry } from "./loader.js";
import type { Place } from "./places.js";
import { readText } from "../read-text.js";
import { ruleFiles, type RuleFile } from "./rule-files.js";

/** Where and for whom guidelines are gathered. */
export interface Gathering {
  readonly kernel: KernelView;
  readonly userHome: string;
  /** The project's folder. */
  readonly project: string;
  /** Real paths of what was told before. */
  readonly told: Set<string>;
  /** The file that is worked on. */
  readonly trigger?: string;
  /** What says whether a file may be read; asked for where links or imports lead on. */
  readonly mayRead?: () => Promise<(real: string) => boolean>;
}

/** A rule that waits until a file it speaks about is worked on. */
export interface WaitingRule {
  readonly rule: RuleFile;
  readonly place: Place;
  readonly authority: Authority;
}

export interface Gathered {
  readonly loader: Loader;
  readonly waiting: readonly WaitingRule[];
}

/** Reads what stands at some places, in order. What may not be read is an entry that says why. */
export async function gather(places: readonly Place[], gathering: Gathering): Promise<Gathered> {
  const { kernel, userHome, told, trigger } = gathering;
  const notices: string[] = [];
  const loader = new Loader({ userHome, told, excludes: excludesOf(kernel, notices) });
  loader.notices.push(...notices);
  const waiting: WaitingRule[] = [];
  const judge = authorities(gathering);
  const how = trigger === undefined ? {} : { reason: "nested_traversal" as const, trigger };
  for (const place of places) {
    const authority = await judge(place);
    const foreign = place.refused ?? objection(place, gathering.project);
    if (foreign !== undefined) {
      const { path: file, level, base } = place;
      loader.notices.push(`Guidelines: ${file} is left out: ${foreign.replace(/\.$/, "")}.`);
      loader.entries.push({ file, level, base, ...authority, reason: "session_start", why: foreign });
    } else if (!place.isFolder) {
      await heed(loader, [{ file: place.path }], gathering);
      loader.add(place, authority, how);
    } else {
      const rules = await ruleFiles(place.path, authority.within, loader.notices);
      await heed(loader, rules, gathering);
      for (const rule of rules) {
        if (rule.globs.length === 0) loader.add({ ...place, path: rule.file }, authority, how, rule.text);
        else waiting.push({ rule, place, authority });
      }
    }
  }
  return { loader, waiting };
}

/** Has the loader ask before it goes where links and imports lead. */
async function heed(
  loader: Loader,
  files: readonly { readonly file: string; readonly text?: string }[],
  { mayRead }: Pick<Gathering, "mayRead">,
): Promise<void> {
  const leadsOn = files.some(({ file, text = readText(file) }) => {
    return isTelling(file, realPath(file) ?? file) || (typeof text === "string" && text.includes("@"));
  });
  if (leadsOn && mayRead) loader.mayRead = await mayRead();
}

/** Adds the rules that speak about a file. */
export async function addRules(
  loader: Loader,
  waiting: readonly WaitingRule[],
  { trigger, mayRead }: Pick<Gathering, "mayRead"> & { readonly trigger: string },
): Promise<void> {
  const files = waiting.map(({ rule }) => rule);
  await heed(loader, files, { ...(mayRead && { mayRead }) });
  for (const { rule, place, authority } of waiting) {
    const how = { reason: "path_glob_match" as const, globs: rule.globs, trigger };
    loader.add({ ...place, path: rule.file }, authority, how, rule.text);
  }
}

/** Whether a waiting rule speaks about a file. */
export function speaksOf({ rule, place }: WaitingRule, file: string): boolean {
  return contains(place.base, file) && rule.fits(relative(place.base, file));
}

/** For people, what became of each file. */
export function entriesOf({ loader, waiting }: Gathered): readonly Entry[] {
  const later = waiting.map(({ rule, place, authority }): Entry => {
    const why = `waits for a file that fits ${rule.globs.join(", ")}`;
    return {
      file: rule.file,
      level: place.level,
      base: place.base,
      ...authority,
      reason: "path_glob_match",
      why,
      globs: rule.globs,
    };
  });
  return [...loader.entries, ...later];
}

function excludesOf({ settings }: KernelView, notices: string[]): readonly PathGlob[] {
  const given = settings.get("claudeMdExcludes");
  const globs: PathGlob[] = [];
  for (const glob of Array.isArray(given) ? (given as readonly unknown[]) : []) {
    try {
      globs.push(pathGlob(String(glob)));
    } catch (error) {
      notices.push(`Setting claudeMdExcludes: ${JSON.stringify(glob)} is not used: ${messageOf(error)}`);
    }
  }
  return globs;
}

function authorities({ kernel, project }: Gathering): (place: Place) => Promise<Authority> {
  const known = new Map<string, Promise<Trusted | undefined>>();
  const trustOf = (dir: string): Promise<Trusted | undefined> => {
    const answer = known.get(dir) ?? (async () => (await kernel.service("trust"))?.of(dir))();
    known.set(dir, answer);
    return answer;
  };
  return async ({ level, base, plugin }) => {
    if (plugin !== undefined) return { origin: `plugin ${plugin}`, within: base, trusted: "own" };
    if (level === "user" || level === "managed") return { origin: level, trusted: "own" };
    const around = contains(project, base) ? project : base;
    const within = realPath(around) ?? around;
    const trusted = await trustOf(within);
    return { origin: trusted ? level : `${level}, not trusted`, within, trusted };
  };
}

/** Why a file is nobody's whom the user could have asked for guidelines. */
function objection({ path, level, base, plugin }: Place, project: string): string | undefined {
  const { uid = 0, mode = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  if (level === "managed") return uid === 0 && (mode & 0o022) === 0 ? undefined : "others than root may write it";
  if (level === "user" || plugin !== undefined || contains(project, base)) return undefined;
  // Above the project lie folders such as /tmp, in which anybody can leave a file.
  return uid === 0 || uid === process.getuid?.() ? undefined : "it belongs to another user";
}
