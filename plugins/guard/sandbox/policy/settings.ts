import { isAbsolute, dirname } from "node:path";
import { isObject } from "../../../../schemas/json.js";
import type { Origin, SettingsView } from "../../../../schemas/settings.js";
import { isHostPattern } from "../network/host-pattern.js";

/** A path or pattern as somebody wrote it, and the folder that a relative one starts in. */
export interface Written {
  readonly text: string;
  readonly base: string;
}

/** What the settings say of the sandbox, as far as it counts. */
export interface SandboxSettings {
  /** "auto": on where it works. */
  readonly enabled: boolean | "auto";
  readonly failIfUnavailable: boolean;
  readonly autoAllow: boolean;
  readonly allowUnsandboxed: boolean;
  readonly excluded: readonly string[];
  readonly ignored: Readonly<Record<string, readonly string[]>>;
  readonly weakerNested: boolean;
  readonly bwrap?: string;
  readonly socat?: string;
  readonly files: Readonly<Record<"allowWrite" | "denyWrite" | "denyRead" | "allowRead", readonly Written[]>>;
  readonly hosts: { readonly allowed: readonly string[]; readonly denied: readonly string[]; readonly strict: boolean };
  readonly unixSockets: { readonly all: boolean; readonly paths: readonly Written[] };
  readonly localBinding: boolean;
  readonly httpPort?: number;
  readonly socksPort?: number;
  /** One sentence for each value that does not count. */
  readonly problems: readonly string[];
}

/** Layers whose author is the user. What others write can only narrow. */
const OWN: ReadonlySet<string> = new Set(["user", "environment", "flag"]);

/** Reads the settings. `root` is the session's: relative paths of projects and flags start there. */
export function readSettings(view: SettingsView, root: string): SandboxSettings {
  const reader = new Reader(view, root);
  reader.unknown();
  const [bwrap, socat] = [reader.text("bwrapPath"), reader.text("socatPath")];
  const [httpPort, socksPort] = [reader.port("network.httpProxyPort"), reader.port("network.socksProxyPort")];
  return {
    enabled: reader.enabled(),
    failIfUnavailable: reader.flag("failIfUnavailable", false, true),
    autoAllow: reader.flag("autoAllowBashIfSandboxed", true, false),
    allowUnsandboxed: reader.flag("allowUnsandboxedCommands", true, false),
    excluded: reader.texts("excludedCommands"),
    ignored: reader.ignored(),
    weakerNested: reader.flag("enableWeakerNestedSandbox", false),
    files: {
      allowWrite: reader.paths("filesystem.allowWrite"),
      denyWrite: reader.paths("filesystem.denyWrite"),
      denyRead: reader.paths("filesystem.denyRead"),
      allowRead: reader.paths("filesystem.allowRead"),
    },
    hosts: {
      allowed: reader.hosts("network.allowedDomains"),
      denied: reader.hosts("network.deniedDomains"),
      strict: reader.flag("network.strictAllowlist", false, true),
    },
    unixSockets: {
      all: reader.flag("network.allowAllUnixSockets", false),
      paths: reader.paths("network.allowUnixSockets"),
    },
    localBinding: reader.flag("network.allowLocalBinding", false),
    ...(bwrap !== undefined && { bwrap }),
    ...(socat !== undefined && { socat }),
    ...(httpPort !== undefined && { httpPort }),
    ...(socksPort !== undefined && { socksPort }),
    problems: [...reader.problems, ...onlyOnMac(view)],
  };
}

/** Settings that have no effect here are said too. */
function onlyOnMac(view: SettingsView): readonly string[] {
  if (process.platform !== "linux") return [];
  return Object.entries(ONLY_ON_MAC).flatMap(([key, why]) =>
    view
      .origins(`sandbox.${key}`)
      .filter(({ held, value }) => held === undefined && (Array.isArray(value) ? value.length > 0 : value === true))
      .map(({ source }) => `${source}: sandbox.${key} does not count on Linux: ${why}.`),
  );
}

const ONLY_ON_MAC = {
  "network.allowUnixSockets": "Unix sockets are allowed all or none there (sandbox.network.allowAllUnixSockets)",
  "network.allowLocalBinding": "each command has a loopback of its own there, and may listen on it",
} as const;

/** Every key below `sandbox`. */
const KEYS: ReadonlySet<string> = new Set(
  [
    "enabled failIfUnavailable autoAllowBashIfSandboxed allowUnsandboxedCommands excludedCommands ignoreViolations",
    "enableWeakerNestedSandbox bwrapPath socatPath",
    "filesystem.allowWrite filesystem.denyWrite filesystem.denyRead filesystem.allowRead",
    "network.allowedDomains network.deniedDomains network.strictAllowlist network.allowUnixSockets",
    "network.allowAllUnixSockets network.allowLocalBinding network.httpProxyPort network.socksProxyPort",
  ].flatMap((line) => line.split(" ")),
);

class Reader {
  readonly problems: string[] = [];
  readonly #view: SettingsView;
  readonly #root: string;

  constructor(view: SettingsView, root: string) {
    this.#view = view;
    this.#root = root;
  }

  /** Keys that nothing here understands are said: what looks like a wall and is none must not be believed in. */
  unknown(): void {
    for (const { source, values } of this.#view.layers) {
      const table = values["sandbox"];
      if (!isObject(table)) continue;
      for (const [key, value] of Object.entries(table)) {
        const isGroup = (key === "filesystem" || key === "network") && isObject(value);
        const keys = isGroup ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key];
        for (const one of keys.filter((path) => !KEYS.has(path))) {
          this.problems.push(`${source}: there is no setting "sandbox.${one}", so it does not count.`);
        }
      }
    }
  }

  enabled(): boolean | "auto" {
    let value: boolean | "auto" = false;
    for (const origin of this.#origins("enabled")) {
      if (typeof origin.value !== "boolean" && origin.value !== "auto") {
        this.#problem(origin, "sandbox.enabled", 'must be true, false or "auto"');
      } else if (OWN.has(origin.layer) || origin.value === true) value = origin.value;
      else if (value !== origin.value) this.#narrowOnly(origin, "enabled");
    }
    return value;
  }

  /** `tightens` is the value that also counts when a project or a managed file gives it; without, only the user's does. */
  flag(key: string, standard: boolean, tightens?: boolean): boolean {
    let value = standard;
    for (const origin of this.#origins(key)) {
      if (typeof origin.value !== "boolean") this.#problem(origin, `sandbox.${key}`, "must be true or false");
      else if (OWN.has(origin.layer) || origin.value === tightens) value = origin.value;
      else if (value !== origin.value) this.#narrowOnly(origin, key);
    }
    return value;
  }

  text(key: string): string | undefined {
    const origin = this.#origins(key).findLast(({ layer }) => OWN.has(layer));
    if (origin === undefined) return undefined;
    if (typeof origin.value === "string" && isAbsolute(origin.value)) return origin.value;
    this.#problem(origin, `sandbox.${key}`, "must be an absolute path");
    return undefined;
  }

  port(key: string): number | undefined {
    const origin = this.#origins(key).findLast(({ layer }) => OWN.has(layer));
    if (origin === undefined) return undefined;
    const { value } = origin;
    if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65_536) return value;
    this.#problem(origin, `sandbox.${key}`, "must be a port from 1 to 65535");
    return undefined;
  }

  texts(key: string): readonly string[] {
    return this.#items(key).map(({ text }) => text);
  }

  hosts(key: string): readonly string[] {
    return this.#items(key).flatMap(({ text, origin: { source } }) => {
      if (isHostPattern(text)) return [text];
      this.problems.push(
        `${source}: the entry ${text} of sandbox.${key} does not count: it must be like example.com, *.example.com, host:443 or *.`,
      );
      return [];
    });
  }

  paths(key: string): readonly Written[] {
    return this.#items(key).map(({ text, origin }) => ({ text, base: this.#baseOf(origin) }));
  }

  ignored(): Readonly<Record<string, readonly string[]>> {
    const all = Object.create(null) as Record<string, readonly string[]>;
    for (const origin of this.#origins("ignoreViolations")) {
      const isTable = isObject(origin.value) && Object.values(origin.value).every((paths) => isTexts(paths));
      if (!isTable) this.#problem(origin, "sandbox.ignoreViolations", "must be a table of lists of paths");
      else Object.assign(all, origin.value);
    }
    return all;
  }

  #items(key: string): readonly { readonly text: string; readonly origin: Origin }[] {
    return this.#origins(key).flatMap((origin) => {
      if (isTexts(origin.value)) return origin.value.map((text) => ({ text, origin }));
      this.#problem(origin, `sandbox.${key}`, "must be a list of texts");
      return [];
    });
  }

  #origins(key: string): readonly Origin[] {
    return this.#view.origins(`sandbox.${key}`).filter(({ held }) => held === undefined);
  }

  /** Where relative paths of a source start: beside the user's file, else at the root. */
  #baseOf({ layer, source }: Origin): string {
    return (layer === "user" || layer === "managed") && isAbsolute(source) ? dirname(source) : this.#root;
  }

  #problem({ source }: Origin, path: string, what: string): void {
    this.problems.push(`${source}: "${path}" ${what}, so it does not count.`);
  }

  #narrowOnly({ source, value }: Origin, key: string): void {
    this.problems.push(
      `${source}: sandbox.${key} = ${JSON.stringify(value)} does not count: only the user's own settings can widen the sandbox.`,
    );
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string" && one !== "");
}
