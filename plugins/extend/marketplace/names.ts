import { UserError } from "../../../schemas/errors.js";

/** Where plugins come from that no marketplace lists; they stand in the place of its name. */
const DIRECT = ["npm", "git", "local", "archive"] as const;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Names that other tools give to something else than a marketplace. */
const TAKEN: ReadonlySet<string> = new Set([
  ...DIRECT,
  ..."inline builtin built-in skills-dir synced pip uv cargo github gh url file settings nacre".split(" "),
]);

/** Catalogues of the vendor whose names people know, and what looks like one. */
const OFFICIAL = /^(claude|anthropic)s?[._-]|[._-](claude|anthropic)$|^agent-skills$|^life-sciences$|^claudeai/;

/** Reads `name` or `name@market`. Throws a UserError. */
export function parseId(text: string): { readonly name: string; readonly market?: string } {
  const at = text.lastIndexOf("@");
  const name = checkName(at > 0 ? text.slice(0, at) : text, "plugin");
  return at > 0 ? { name, market: checkName(text.slice(at + 1), "marketplace") } : { name };
}

/** Names become folders: ASCII letters, digits, dot, dash and underscore, and no way out of a folder. */
export function isName(name: unknown): name is string {
  return typeof name === "string" && NAME.test(name) && !name.includes("..") && !(name in Object.prototype);
}

/** Throws a UserError for a name that is none. */
function checkName(name: unknown, what: string): string {
  if (isName(name)) return name;
  throw new UserError(
    `${JSON.stringify(name)} is no ${what} name: use letters, digits, dots, dashes and underscores, at most 128.`,
  );
}

/** Throws a UserError for a name that a marketplace from this repository must not bear. */
export function checkMarketName(name: unknown, repository: string | undefined): string {
  const checked = checkName(name, "marketplace");
  const lower = checked.toLowerCase();
  if (TAKEN.has(lower)) throw new UserError(`The marketplace name "${checked}" is reserved; rename the marketplace.`);
  const isVendor = /^https:\/\/github\.com\/anthropics\//i.test(repository ?? "");
  if (OFFICIAL.test(lower) && !isVendor) {
    throw new UserError(
      `The marketplace name "${checked}" is reserved for https://github.com/anthropics; this one comes from elsewhere.`,
    );
  }
  return checked;
}

/** A version as the name of a folder. */
export function folderOf(version: string): string {
  const safe = version
    .replace(/[^A-Za-z0-9._+-]/g, "-")
    .replace(/^[.-]+/, "")
    .slice(0, 100);
  return safe === "" ? "unknown" : safe;
}
