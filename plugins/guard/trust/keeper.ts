import { dirname } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import { isHarmlessVariable } from "../../../schemas/harmless-variable.js";
import type { AskForTrust, Settled, Trust } from "../../../schemas/guards.js";
import { isWithin } from "../../../schemas/is-within.js";
import { projectRoot } from "../../../schemas/project-root.js";
import { realFolder } from "../../../schemas/real-folder.js";
import type { Waiting } from "../../../schemas/settings.js";
import { Trusted, type Acting } from "../../../schemas/trusted.js";
import { Answers } from "./answers.js";
import { gatesOf, isGate, lostGates } from "./gates.js";
import { hashOf } from "./hash-of.js";
import { isListed } from "./is-listed.js";
import type { Answer } from "./ledger.js";
import { partsOf, settingPart, type Offer } from "./parts-of.js";
import { placeOf, type Place } from "./place-of.js";
import { stateOfFolders } from "./seen.js";
import { changedText, declinedText, oddFolders, untrustedText, variablesText } from "./words.js";

/** What holds for a folder in this run, and why. */
export interface Standing {
  readonly state: "trusted" | "declined" | "unknown";
  /** For people: `--trust-workspace`, `trust.folders`, when it was answered. */
  readonly why?: string;
  readonly answer?: Answer;
}

export interface KeeperOptions {
  readonly kernel: KernelView;
  /** The user's home folder. */
  readonly userHome: string;
  /** `--trust-workspace`. */
  readonly workspace: boolean;
  /** `trust.folders`. */
  readonly folders: readonly unknown[];
  /** Told whenever the person has said no. */
  readonly onDecline: () => void;
}

/** Knows which folders are trusted, asks where nobody has said, and keeps the answers. */
export class Keeper implements Trust {
  readonly answers: Answers;
  /** The project that nacre was started in and what it brings; undefined while it brings nothing. */
  offer: Offer | undefined;
  readonly #options: KeeperOptions;
  readonly #home: string;
  #isDeclined = false;
  /** Of parts, as they were when they were listed. */
  readonly #hashes = new WeakMap<Acting, string>();
  #shown: ReadonlySet<string> | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#home = realFolder(options.userHome, options.userHome);
    this.answers = new Answers(options.kernel.home, this.#home);
  }

  /** Nothing but reading is done: the person said no. */
  get isDeclined(): boolean {
    return this.#isDeclined;
  }

  set isDeclined(declined: boolean) {
    this.#isDeclined = declined;
    if (declined) this.#options.onDecline();
  }

  async of(folder: string): Promise<Trusted | undefined> {
    const place = placeOf(folder);
    return place && this.#proof(place, this.standing(place));
  }

  async settle(project: string, dirs: readonly string[], ask?: AskForTrust): Promise<Settled> {
    const place = placeOf(project);
    if (!place) return { warnings: [] };
    const { waiting, never } = this.#held();
    if (waiting.length === 0 && dirs.length === 0) return { warnings: never };
    this.offer = { project, dirs, waiting };
    const standing = this.standing(place);
    if (standing.state === "declined") {
      this.isDeclined = true;
      return { warnings: [declinedText(project)] };
    }
    const trusted = this.#proof(place, standing);
    if (trusted && !standing.answer) return { trusted, warnings: [] };
    const settled = await (trusted ? this.#again(place, trusted, ask) : this.#first(place, ask));
    return this.isDeclined ? settled : { ...settled, warnings: [...settled.warnings, ...never] };
  }

  async vouch(acting: Acting): Promise<void> {
    const place = placeOf(dirname(acting.file));
    const answer = place && this.standing(place).answer;
    if (place && answer?.state === "trusted") await this.agree(place, [acting]);
  }

  /** What has been said about a place, by whoever may say it. */
  standing(place: Place): Standing {
    if (this.#options.workspace && this.#isStart(place)) return { state: "trusted", why: "--trust-workspace" };
    if (this.#isListed(place)) return { state: "trusted", why: "trust.folders" };
    const answer = this.answers.of(place);
    return answer ? { state: answer.state, answer } : { state: "unknown" };
  }

  /** Everything that would act, whether or not somebody has agreed to it. */
  async parts(): Promise<readonly Acting[]> {
    const parts = this.offer ? await partsOf(this.#options.kernel, this.offer) : [];
    const place = this.offer && placeOf(this.offer.project);
    if (place) for (const part of parts) this.#hashes.set(part, hashOf(this.answers.rootFor(place).base, part));
    return parts;
  }

  /** Whether these parts are as they were when a person was last shown some, of which they are remembered from now on. */
  show(parts: readonly Acting[]): boolean {
    const now = new Set(parts.flatMap((part) => this.#hashes.get(part) ?? []));
    const isSame = this.#shown === undefined || [...now].every((hash) => this.#shown?.has(hash));
    this.#shown = now;
    return isSame;
  }

  /** Keeps that a person agrees to some parts, beside what was agreed to before. */
  async agree(place: Place, parts: readonly Acting[], seen?: string): Promise<void> {
    const root = this.answers.rootFor(place);
    // As they were when they were listed, which is what the person has seen.
    const hashes = parts.map((part) => this.#hashes.get(part) ?? hashOf(root.base, part));
    const all = [...parts, ...(await this.parts())];
    await this.answers.keep(root.key, (before) => {
      const known = before?.state === "trusted" ? before : undefined;
      const answer = known && hashes.length === 0 ? known : this.#answer(root.key, "trusted", hashes);
      const approved = new Set([...(known?.approved ?? []), ...hashes]);
      const gates = gatesOf(all, (part) => this.#hashes.get(part) ?? hashOf(root.base, part), approved);
      return { ...known, ...answer, approved, gates, ...(seen !== undefined && { seen }) };
    });
  }

  async decline(place: Place): Promise<void> {
    const { key } = this.answers.rootFor(place);
    await this.answers.keep(key, () => this.#answer(key, "declined", []));
  }

  /**
   * What counts once it is trusted, and a sentence on what never will, so that there is nothing to agree to. In the home
   * folder the user's own files stand where a project's would: they count already.
   */
  #held(): { readonly waiting: readonly Waiting[]; readonly never: readonly string[] } {
    const { settings } = this.#options.kernel;
    const isOwn = ({ path, source }: Waiting): boolean =>
      settings.origins(path).some((origin) => origin.layer === "user" && origin.source === source);
    const isNever = ({ path }: Waiting): boolean => path.startsWith("env.") && !isHarmlessVariable(path.slice(4));
    const held = settings.waiting().filter((one) => !isOwn(one));
    const never = held.filter(isNever);
    return {
      waiting: held.filter((one) => !isNever(one)),
      never: never.length > 0 ? [variablesText(never)] : [],
    };
  }

  #answer(root: string, state: Answer["state"], approved: readonly string[]): Answer {
    return { root, state, at: this.#options.kernel.clock.now(), approved: new Set(approved) };
  }

  /** Nobody has said anything yet. */
  async #first(place: Place, ask: AskForTrust | undefined): Promise<Settled> {
    const { project, waiting, dirs } = this.offer!;
    const untrusted = { warnings: [untrustedText(project, waiting, dirs), ...oddFolders(this.#options.folders)] };
    if (!ask) return untrusted;
    const parts = await this.parts();
    const said = await ask({ root: place.root, parts, isChange: false });
    if (said === undefined) return untrusted;
    const problem = await this.#tried(() => (said ? this.agree(place, parts) : this.decline(place)));
    this.isDeclined = !said;
    const warnings = [...problem, ...(said ? [] : [declinedText(project)])];
    return said ? { trusted: (await this.of(project)) ?? this.#whole(place), warnings } : { warnings };
  }

  /** It is trusted; some of it may be other than what was agreed to. */
  async #again(place: Place, trusted: Trusted, ask: AskForTrust | undefined): Promise<Settled> {
    const { project, waiting, dirs } = this.offer!;
    const isOther = (part: Acting): boolean => !trusted.covers(part);
    // What nobody can be asked about is looked at when it is used, and not before.
    const seen = ask && stateOfFolders(dirs);
    const isRead = ask && (seen === undefined || this.standing(place).answer?.seen !== seen);
    const all = isRead ? await this.parts() : waiting.map(settingPart);
    const changed = all.filter(isOther);
    if (changed.length === 0 && isRead && seen !== undefined) await this.#tried(() => this.agree(place, [], seen));
    if (changed.length === 0) return { trusted, warnings: [] };
    const said = await ask?.({ root: place.root, parts: changed, isChange: true });
    if (said !== true) {
      await this.#wakeGates(changed);
      return { trusted, warnings: [changedText(project, changed)] };
    }
    const warnings = await this.#tried(() => this.agree(place, changed));
    const hashes = new Set(changed.map((part) => this.#hashes.get(part) ?? hashOf(trusted.root, part)));
    const covers = (part: Acting): boolean => trusted.covers(part) || hashes.has(hashOf(trusted.root, part));
    return { trusted: new Trusted(trusted.root, covers), warnings };
  }

  /** Without hooks that count nobody would run any, nor see that some are lost that judged calls. */
  async #wakeGates(changed: readonly Acting[]): Promise<void> {
    if (changed.some(isGate)) await this.#options.kernel.service("shellHooks");
  }

  /** An answer counts for this run also where it cannot be kept. */
  async #tried(keep: () => Promise<void>): Promise<readonly string[]> {
    try {
      await keep();
      return [];
    } catch (error) {
      return [`${messageOf(error)} It holds for this run.`];
    }
  }

  #whole({ root }: Place): Trusted {
    return new Trusted(root, () => true);
  }

  #proof(place: Place, { state, answer }: Standing): Trusted | undefined {
    if (state !== "trusted") return undefined;
    if (!answer) return this.#whole(place);
    const root = place.isRepository ? place.root : answer.root;
    return new Trusted(
      root,
      (part) => answer.approved.has(hashOf(root, part)),
      (present) => lostGates(root, answer, present),
    );
  }

  /** Whether it is the place that nacre was started in. Repositories below it are others. */
  #isStart({ key, folder, isRepository }: Place): boolean {
    const { cwd, home } = this.#options.kernel;
    const start = placeOf(projectRoot(cwd, home));
    if (!start || start.isRepository !== isRepository) return false;
    return isRepository ? key === start.key : isWithin(start.folder, folder);
  }

  #isListed(place: Place): boolean {
    const { folders, userHome } = this.#options;
    return place.key !== this.#home && folders.some((listed) => isListed(place, listed, userHome));
  }
}
