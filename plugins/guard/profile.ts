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

/** What stands in a profile; all but the last are settings below `permissions`. */
const KEYS: ReadonlySet<string> = new Set(
  "extends mode allow ask deny autoAllow autoDeny additionalDirectories sandbox".split(" "),
);

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
    const what =
      path.length > 0
        ? `the profile "${path.at(-1)!}" extends "${name}", which is none`
        : `there is no profile "${name}"`;
    throw new UserError(`${source}: ${what}; the profiles are ${names}.`);
  }
  const { extends: base, ...rest } = profile;
  const odd = Object.keys(rest).find((key) => !KEYS.has(key));
  if (odd !== undefined)
    throw new UserError(`The profile "${name}" has "${odd}", but a profile can have ${[...KEYS].join(", ")}.`);
  if (rest["sandbox"] !== undefined && !isObject(rest["sandbox"]))
    throw new UserError(`"sandbox" of the profile "${name}" must be a table.`);
  if (base === undefined) return rest;
  if (typeof base !== "string") throw new UserError(`The profile ${name} must name one other profile in "extends".`);
  // A profile of a built-in one's name that extends it means the built-in one.
  const inner = base === name && custom !== undefined && Object.hasOwn(BUILT_IN, base);
  const parent = inner ? BUILT_IN[base]! : resolved(base, settings, [...path, name], { source } as Origin);
  return merge(parent, rest) as JsonObject;
}

function settingsOf({ sandbox, ...permissions }: JsonObject): JsonObject {
  return { permissions, ...(isObject(sandbox) && { sandbox }) };
}

function tightened({ permissions, sandbox }: JsonObject): JsonObject {
  const kept = Object.entries(permissions as JsonObject).filter(([key]) => TIGHTENING.has(key));
  const on = isObject(sandbox) && sandbox["enabled"] === true;
  return { permissions: Object.fromEntries(kept), ...(on && { sandbox: { enabled: true } }) };
}
