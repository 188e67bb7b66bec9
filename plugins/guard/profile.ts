import { UserError } from "../../schemas/errors.js";
import { isObject, type JsonObject } from "../../schemas/json.js";
import { merge } from "../../schemas/setting-values.js";
import type { Layer, Origin, SettingsView } from "../../schemas/settings.js";

/** The profiles that are always there. */
const BUILT_IN: Readonly<Record<string, JsonObject>> = {
  strict: {
    mode: "confirmEach",
    deny: ["WebFetch", "WebSearch"],
    sandbox: { enabled: true, network: { allowedDomains: [], strictAllowlist: true } },
  },
  balanced: { mode: "default", sandbox: { enabled: "auto" } },
  permissive: { mode: "bypassPermissions", sandbox: { enabled: "auto", network: { allowedDomains: ["*"] } } },
};

/** Keys of a profile and the setting each stands for. */
const SETTINGS: ReadonlyMap<string, string> = new Map([
  ["mode", "mode"],
  ["allow", "allow"],
  ["ask", "ask"],
  ["deny", "deny"],
  ["autoAllow", "autoAllow"],
  ["autoDeny", "autoDeny"],
  ["additionalDirectories", "additionalDirectories"],
]);

/** What a project may take from a profile. */
const TIGHTENING: ReadonlySet<string> = new Set(["ask", "deny", "autoDeny"]);

/**
 * The layers of settings that the chosen profile stands for, and those of profiles that a project asks for, as far as
 * they tighten. Throws a UserError for a profile that is not there, extends itself or holds what no profile has.
 */
export function profileLayers(settings: SettingsView): readonly Layer[] {
  const given = settings.origins("profile").filter(({ held }) => held === undefined);
  const chosen = given.findLast((origin) => !isProjects(origin));
  return [...given.filter(isProjects), ...(chosen ? [chosen] : [])].map((origin) => {
    const name = String(origin.value);
    const values = settingsOf(resolved(name, settings, [], origin));
    const source = `profile ${name} (${origin.source})`;
    return { name: origin.layer, source, values: isProjects(origin) ? tightened(values) : values };
  });
}

function isProjects({ layer }: Origin): boolean {
  return layer === "project" || layer === "local";
}

function resolved(name: string, settings: SettingsView, path: readonly string[], { source }: Origin): JsonObject {
  if (path.includes(name)) {
    throw new UserError(`The profile ${path[0]!} extends itself: ${[...path, name].join(" -> ")}.`);
  }
  const own = settings.get("profiles");
  const custom = isObject(own) && Object.hasOwn(own, name) ? own[name] : undefined;
  const profile = custom ?? (Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined);
  if (!isObject(profile)) {
    const names = [...new Set([...Object.keys(BUILT_IN), ...(isObject(own) ? Object.keys(own) : [])])].join(", ");
    throw new UserError(`${source}: there is no profile "${name}"; the profiles are ${names}.`);
  }
  const { extends: base, ...rest } = profile;
  if (base === undefined) return rest;
  if (typeof base !== "string") throw new UserError(`The profile ${name} must name one other profile in "extends".`);
  // A profile of a built-in one's name that extends it means the built-in one.
  const inner = base === name && custom !== undefined && Object.hasOwn(BUILT_IN, base);
  const parent = inner ? BUILT_IN[base]! : resolved(base, settings, [...path, name], { source } as Origin);
  return merge(parent, rest) as JsonObject;
}

function settingsOf(profile: JsonObject): JsonObject {
  const permissions: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(profile)) {
    const setting = SETTINGS.get(key);
    if (setting !== undefined) permissions[setting] = value;
    else if (key !== "sandbox") {
      throw new UserError(
        `A profile has no "${key}"; it can have extends, ${[...SETTINGS.keys()].join(", ")} and sandbox.`,
      );
    }
  }
  const { sandbox } = profile;
  if (sandbox !== undefined && !isObject(sandbox)) throw new UserError('"sandbox" of a profile must be a table.');
  return { permissions, ...(sandbox && { sandbox }) };
}

function tightened({ permissions, sandbox }: JsonObject): JsonObject {
  const kept = Object.entries(permissions as JsonObject).filter(([key]) => TIGHTENING.has(key));
  const on = isObject(sandbox) && sandbox["enabled"] === true;
  return { permissions: Object.fromEntries(kept), ...(on && { sandbox: { enabled: true } }) };
}
