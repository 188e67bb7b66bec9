import { sep } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { messageOf } from "../../../schemas/errors.js";
import { isObject, type JsonValue } from "../../../schemas/json.js";
import type { Catalogue, OwnedPart } from "../../../schemas/parts.js";
import type { HookSource } from "../../../schemas/kinds.js";
import type { Session } from "../../../schemas/session.js";
import type { Acting } from "../../../schemas/trusted.js";
import { refusal } from "../unapproved.js";
import { EVENTS } from "./events.js";
import type { Group, Hook, Source } from "./hook.js";
import { lostHooks } from "./lost-hooks.js";
import { matcher } from "./matcher.js";
import { Pins } from "./pins.js";
import { readHooks } from "./read-hooks.js";
import type { HookData } from "./read-parts.js";
import type { Given, SettingsHooks } from "./settings-hooks.js";

type ByEvent = ReadonlyMap<string, readonly Hook[]>;

/** Where those plugins come from whose authors are likely to be here. */
const OWN: ReadonlySet<string> = new Set(["project", "user", "--plugin-dir"]);
const MOST_TOLD = 5;

const NONE: ByEvent = new Map();

/** What one front matter brought. */
interface Added {
  hooks: readonly Hook[];
}

/** Every hook in force. Read again when settings or plugins have changed; asked for many times a turn. */
export class Book {
  readonly #kernel: KernelView;
  readonly #settings: SettingsHooks;
  readonly #say: (sentence: string) => void;
  readonly #added = new WeakMap<Session, Set<Added>>();
  #all: ByEvent = NONE;
  #generation: string | undefined;
  #stale = true;
  /** Hooks of front matter are off as well. */
  #off = false;
  limits: HttpLimits = {};
  readonly pins: Pins;

  constructor(kernel: KernelView, settings: SettingsHooks, say: (sentence: string) => void) {
    this.#kernel = kernel;
    this.pins = new Pins(kernel);
    this.#settings = settings;
    this.#say = say;
  }

  /** Whether a setting switches hooks off. */
  get isOff(): boolean {
    return this.#off;
  }

  /** Hooks of an event, in the order of their sources. Cheap. */
  of(event: string, session?: Session): readonly Hook[] {
    const found = this.#all.get(event) ?? [];
    const sets = session && !this.#off ? this.#added.get(session) : undefined;
    if (!sets || sets.size === 0) return found;
    return [...found, ...[...sets].flatMap(({ hooks }) => hooks.filter((hook) => hook.event === event))];
  }

  all(): readonly Hook[] {
    return [...this.#all.values()].flat();
  }

  /** The parts of plugins have changed since they were last read. */
  async partsChanged(): Promise<boolean> {
    const catalogue = await this.#kernel.service("catalogue");
    return this.#generation !== undefined && catalogue?.generation() !== this.#generation;
  }

  /** The next `refresh` reads everything again. */
  expire(): void {
    this.#stale = true;
  }

  /** Takes in what has changed. */
  async refresh(): Promise<void> {
    const catalogue = await this.#kernel.service("catalogue");
    const generation = catalogue?.generation() ?? "";
    if (!this.#stale && generation === this.#generation) return;
    const hooks: Hook[] = [];
    const managedOnly = (await this.#settings.given("allowManagedHooksOnly")).some(
      ({ layer, value }) => layer === "managed" && value === true,
    );
    const off = (await this.#settings.given("disableAllHooks")).at(-1);
    for (const given of await this.#settings.given("hooks")) {
      const isManaged = given.layer === "managed";
      if (isSilenced(off, isManaged) || (managedOnly && !isManaged)) continue;
      hooks.push(...this.#fromSettings(given), ...(await this.#examples(given)));
    }
    const quiet = managedOnly || isSilenced(off, false);
    if (!quiet) await this.#complain(catalogue);
    const gates: Acting[] = [...this.#settings.gates()];
    for (const part of quiet ? [] : await this.#parts(catalogue)) {
      const { groups } = part.data as HookData;
      const isProject = part.owner.origin === "project";
      if (isProject)
        gates.push(...(await import("../acting.js")).actingOf(part).filter(({ what }) => what === "hook PreToolUse"));
      const refused = isProject ? await refusal(this.#kernel, part) : undefined;
      if (refused !== undefined) this.#say(refused);
      if (refused !== undefined) continue;
      const { owner, file } = part;
      const label = owner.namespaced ? `plugin:${owner.name}` : owner.origin;
      hooks.push(...inForce(groups, { kind: "plugin", label, file, plugin: owner }));
    }
    if (!quiet && gates.length > 0) hooks.push(...lostHooks((await this.#settings.trust())?.lost(gates) ?? []));
    this.limits = limitsOf(
      await this.#settings.given("allowedHttpHookUrls"),
      await this.#settings.given("httpHookAllowedEnvVars"),
    );
    this.pins.take(hooks);
    this.#all = byEvent(hooks);
    this.#off = quiet;
    this.#generation = generation;
    this.#stale = false;
  }

  /** Puts the hooks of a front matter in force for one session. */
  add(session: Session, value: JsonValue, from: HookSource): () => void {
    const { groups, faults } = readHooks(value);
    for (const { message } of faults) this.#say(`${from.file}: ${message}`);
    const { label, file, plugin } = from;
    const source: Source = { kind: "front matter", label, file, ...(plugin && { plugin }) };
    const meant = groups.map((group) =>
      from.agent && group.event === "Stop" ? { ...group, event: "SubagentStop" } : group,
    );
    const added: Added = { hooks: inForce(meant, source) };
    this.pins.take(added.hooks);
    const sets = this.#added.get(session) ?? new Set<Added>();
    sets.add(added);
    this.#added.set(session, sets);
    return () => void sets.delete(added);
  }

  /** A hook that was to run once has. */
  drop(session: Session, hook: Hook): void {
    for (const added of this.#added.get(session) ?? []) added.hooks = added.hooks.filter((one) => one !== hook);
  }

  /** What cannot be read costs the hooks of plugins, never those of settings. */
  async #parts(catalogue: Catalogue | undefined): Promise<readonly OwnedPart[]> {
    try {
      return (await catalogue?.parts("hook")) ?? [];
    } catch (error) {
      this.#say(`The hooks of plugins cannot be read: ${messageOf(error)}`);
      return [];
    }
  }

  /** A hook that is not there because its file is wrong may be one that somebody counts on. */
  async #complain(catalogue: Catalogue | undefined): Promise<void> {
    const problems = (await catalogue?.problems("hook").catch(() => [])) ?? [];
    if (problems.length === 0) return;
    const own = this.#kernel.plugins.flatMap(({ plugin: { dir, origin = "" } }) =>
      dir !== undefined && OWN.has(origin) ? [`${dir}${sep}`] : [],
    );
    const told = problems.filter(({ severity, file }) => {
      return severity === "error" || (severity === "warning" && own.some((dir) => file.startsWith(dir)));
    });
    for (const { file, line, message } of told.slice(0, MOST_TOLD)) {
      this.#say(`${file}${line === undefined ? "" : `:${line}`}: ${message}`);
    }
    if (told.length > MOST_TOLD) this.#say(`${told.length - MOST_TOLD} more hooks of plugins cannot be used.`);
  }

  /** Hooks that are switched on by name. */
  async #examples({ value, source: file }: Given): Promise<readonly Hook[]> {
    const names: unknown = isObject(value) ? value["examples"] : undefined;
    if (!Array.isArray(names)) return [];
    const hooks: Hook[] = [];
    for (const name of new Set<unknown>(names)) {
      const example = this.#kernel.all("hookExample").find((one) => one.name === name);
      if (!example)
        this.#say(`${file}: there is no hook example ${JSON.stringify(name)}; nacre hook examples lists them.`);
      else if (example.needsTrust && !(await this.#settings.trust())) {
        this.#say(`The hook example "${example.name}" runs programs of the project, which is not trusted.`);
      } else {
        hooks.push(
          ...inForce(readHooks(example.hooks).groups, { kind: "settings", label: `example:${example.name}`, file }),
        );
      }
    }
    return hooks;
  }

  #fromSettings({ value, source, layer }: Given): readonly Hook[] {
    const { groups, faults } = readHooks(value);
    for (const { message } of faults) this.#say(`${source}: hooks: ${message}`);
    return inForce(groups, { kind: layer === "managed" ? "managed" : "settings", label: "settings", file: source });
  }
}

/** What settings allow HTTP hooks to do. Absent: anything. */
export interface HttpLimits {
  readonly urls?: readonly string[];
  readonly variables?: readonly string[];
}

function limitsOf(urls: readonly Given[], variables: readonly Given[]): HttpLimits {
  const texts = (given: readonly Given[]): readonly string[] =>
    given.flatMap(({ value }) => value as readonly unknown[]).filter((one) => typeof one === "string");
  const lists = (given: readonly Given[]): readonly Given[] => given.filter(({ value }) => Array.isArray(value));
  return {
    ...(lists(urls).length > 0 && { urls: texts(lists(urls)) }),
    ...(lists(variables).length > 0 && { variables: texts(lists(variables)) }),
  };
}

/** An ordinary setting that any file may give, but what managed settings want goes on unless they say so themselves. */
function isSilenced(off: Given | undefined, isManaged: boolean): boolean {
  return off?.value === true && (!isManaged || off.layer === "managed");
}

function inForce(groups: readonly Group[], source: Source): readonly Hook[] {
  return groups.map((group) => ({
    ...group,
    source,
    matches: matcher(group.matcher, EVENTS.get(group.event)?.narrow),
  }));
}

function byEvent(hooks: readonly Hook[]): ByEvent {
  const map = new Map<string, Hook[]>();
  for (const hook of hooks) {
    const list = map.get(hook.event);
    if (list) list.push(hook);
    else map.set(hook.event, [hook]);
  }
  return map;
}
