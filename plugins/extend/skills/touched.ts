import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { ToolCall } from "../../../schemas/decision.js";
import { isWithin } from "../../../schemas/is-within.js";
import type { OwnedPart, PartOwner } from "../../../schemas/parts.js";
import { projectRoot } from "../../../schemas/project-root.js";
import { realPath } from "../../../schemas/real-path.js";
import type { Session } from "../../../schemas/session.js";
import { matchingGlob } from "../triggers.js";
import { lineOf, newsText } from "./build-listing.js";
import { touchedFile } from "./is-touching.js";
import type { Listing } from "./listings.js";
import { isForModel, visibilityOf } from "./policy.js";
import type { SkillDesk } from "./skill-commands.js";
import { nameIn, toldIn } from "./told.js";

/** Folders of a part of a project that can hold skills. */
const ROOTS = [".nacre", ".claude", ".agents"] as const;

/** What a conversation was told with files; another one once it has gone back. */
interface State {
  readonly rewinds: number;
  readonly folders: Set<string>;
  readonly triggered: Set<string>;
  /** Names told with files of this session. */
  readonly names: Set<string>;
}

/** What files that are worked on bring along: skills for them, skills of their folders, and triggers. */
export class Touched {
  readonly #desk: SkillDesk;
  readonly #states = new WeakMap<Session, State>();
  readonly #names = new Set<string>();

  constructor(desk: SkillDesk) {
    this.#desk = desk;
  }

  /** Whether a name was told because of a file. */
  knows(name: string): boolean {
    return this.#names.has(name);
  }

  async context({ waiting, triggers }: Listing, call: ToolCall, session: Session): Promise<readonly string[]> {
    const given = touchedFile(call);
    const path = given === undefined ? undefined : relative(session.root, resolve(session.cwd, given));
    if (path === undefined || path === "" || path.startsWith("..")) return [];
    const state = this.#stateOf(session);
    const lines = session.offers("Skill") ? await this.#lines(waiting, path, session) : [];
    const context = lines.length === 0 ? [] : [newsText(lines, [], this.#desk.listings.policy.budget)];
    const fitting = triggers.flatMap(({ skill, files }) => {
      const by = state.triggered.has(skill) ? undefined : matchingGlob(files, path);
      return by === undefined ? [] : [{ skill, by }];
    });
    for (const { skill } of fitting) state.triggered.add(skill);
    const told = context.filter((text) => text !== "");
    if (fitting.length === 0) return told;
    const { loadTriggered } = await import("./triggered.js");
    return [...told, ...(await loadTriggered(fitting, { session, desk: this.#desk }))];
  }

  #stateOf(session: Session): State {
    const { rewinds } = session;
    const known = this.#states.get(session);
    if (known?.rewinds === rewinds) return known;
    const state = { rewinds, folders: new Set<string>(), triggered: new Set<string>(), names: new Set<string>() };
    this.#states.set(session, state);
    return state;
  }

  /** Lines of skills that come with this file and that the conversation does not hold. */
  async #lines(waiting: Listing["waiting"], path: string, session: Session): Promise<readonly string[]> {
    const { names } = this.#stateOf(session);
    const fitting = waiting.filter(({ globs }) => matchingGlob(globs, path) !== undefined).map(({ line }) => line);
    const found = [...fitting, ...(await this.#nested(dirname(path), session))].filter(
      (line) => !names.has(nameIn(line)),
    );
    if (found.length === 0) return [];
    const told = toldIn(session.messages);
    for (const line of found) {
      names.add(nameIn(line));
      this.#names.add(nameIn(line));
    }
    return found.filter((line) => told?.get(nameIn(line)) !== line);
  }

  /** Skills of the folders between the session's own and the file's, each looked into once. */
  async #nested(way: string, session: Session): Promise<readonly string[]> {
    const { folders } = this.#stateOf(session);
    const lines: string[] = [];
    for (let dir = way; dir !== "." && dir !== "" && !folders.has(dir); dir = dirname(dir)) {
      folders.add(dir);
      for (const root of ROOTS) {
        const place = join(session.root, dir, root);
        if (existsSync(join(place, "skills"))) lines.push(...(await this.#skillsOf(place, dir, session)));
      }
    }
    return lines;
  }

  async #skillsOf(place: string, dir: string, session: Session): Promise<readonly string[]> {
    const { kernel, roster, listings } = this.#desk;
    const project = projectRoot(session.root, kernel.home);
    const catalogue = await kernel.service("catalogue");
    if (isOthers(session.root, dir)) return [];
    // What belongs to a project acts only once its folder is trusted, and only as what lies in it.
    if (!catalogue || !(await (await kernel.service("trust"))?.of(project))) return [];
    const [root, real] = [realPath(session.root), realPath(place)];
    if (root === undefined || real === undefined || !isWithin(root, real)) return [];
    const { parts } = await catalogue.inspect(place, { within: project });
    const owner: PartOwner = {
      name: dir,
      dir: place,
      origin: "project",
      format: "plain",
      namespaced: false,
      strict: false,
    };
    const { policy } = listings;
    const lines: string[] = [];
    for (const part of parts.filter(({ kind }) => kind === "skill")) {
      const owned: OwnedPart = { ...part, owner };
      const folder = String(part.data["folder"]);
      const known = roster.nested(session).find((one) => one.part.file === part.file);
      const taken = known ?? (await roster.find(folder, session));
      const named = known ?? { name: taken ? `${dir.split(sep).join("/")}:${folder}` : folder, part: owned };
      if ((!known && !roster.addNested(session, named)) || !isForModel(named, policy)) continue;
      lines.push(lineOf(named, policy.most, visibilityOf(named, policy) === "name-only"));
    }
    return lines;
  }
}

/** Whether a folder below the root belongs to another repository, or to a package: whoever trusts the root did not mean those. */
function isOthers(root: string, dir: string): boolean {
  for (let at = dir; at !== "." && at !== ""; at = dirname(at)) {
    if (basename(at) === "node_modules" || existsSync(join(root, at, ".git"))) return true;
  }
  return false;
}
