import type { SettingsView } from "../../../schemas/settings.js";
import { isObject } from "../../../schemas/json.js";
import type { NamedPart } from "../part-names.js";

/** Who gets to know a skill. */
export type Visibility = "on" | "name-only" | "user-invocable-only" | "off";

/** What the settings say of skills. */
export interface Policy {
  /** Bytes of the listing. */
  readonly budget: number;
  /** Characters of one description. */
  readonly most: number;
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly bundled: boolean;
  /** Names that the model may not use; "*" for all. */
  readonly denied: readonly string[];
}

/** A context window of 200,000 tokens, in characters. */
const WINDOW = 800_000;
const VALUES: ReadonlySet<unknown> = new Set(["on", "name-only", "user-invocable-only", "off"]);

export function policyOf(settings: Pick<SettingsView, "get" | "origins">): Policy {
  const budget = settings.get("skills.listing_budget");
  const fraction = settings.get("skillListingBudgetFraction");
  const most = settings.get("skillListingMaxDescChars");
  const overrides = settings.get("skillOverrides");
  const share = typeof fraction === "number" && fraction > 0 && fraction <= 1 ? fraction : 0.01;
  return {
    budget: typeof budget === "number" && budget >= 0 ? budget : Math.floor(share * WINDOW),
    most: typeof most === "number" && most > 0 ? most : 1536,
    overrides: isObject(overrides) ? overrides : {},
    bundled: settings.get("disableBundledSkills") !== true,
    denied: denied(settings),
  };
}

/** Deny rules about whole skills; the gate itself judges every call again. */
function denied(settings: Pick<SettingsView, "origins">): readonly string[] {
  const texts = settings
    .origins("permissions.deny")
    .flatMap(({ value, held }) => (held === undefined ? [value].flat() : []));
  return texts.flatMap((text) => {
    const rule = /^(?:Skill|SlashCommand)(?:\((.*?)(?: \*|:\*)?\))?$/.exec(String(text).trim());
    return rule ? [rule[1] ?? "*"] : [];
  });
}

/** Plugins say themselves what they are; a person switches them off as a whole. */
export function visibilityOf({ name, part }: NamedPart, policy: Policy): Visibility {
  const builtIn = part.owner.origin === "built in";
  if (builtIn && !policy.bundled) return "off";
  if (part.owner.namespaced && !builtIn) return "on";
  const { overrides } = policy;
  const keys = [name, part.name].filter((key) => Object.hasOwn(overrides, key));
  const said = keys.length > 0 ? overrides[keys[0]!] : "on";
  return VALUES.has(said) ? (said as Visibility) : "on";
}

/** Whether the model may know and use it. */
export function isForModel(named: NamedPart, policy: Policy): boolean {
  const visibility = visibilityOf(named, policy);
  if (visibility === "off" || visibility === "user-invocable-only") return false;
  if (named.part.data["modelInvocable"] === false) return false;
  return !policy.denied.includes("*") && !policy.denied.includes(named.name);
}

/** Whether a person may type it. */
export function isForUser(named: NamedPart, policy: Policy): boolean {
  return named.part.data["userInvocable"] !== false && visibilityOf(named, policy) !== "off";
}
