/** Why a problem matters, by its code: the consequence for whoever uses the plugin. */
const WHY: Readonly<Record<string, string>> = {
  "front-matter-recovered":
    "YAML refuses this front matter. nacre finds the values key by key; other clients lose the file or its fields.",
  "front-matter-language": "Front matter that is code is never run, so nothing of it is known.",
  "front-matter-too-large": "Front matter of this size is not read; the file has no name and no description.",
  "path-escapes":
    "What stands outside of the plugin's folder is not the plugin's to use, and is missing once installed.",
  "path-missing": "The part is not there for anybody who installs the plugin.",
  "path-no-dot-slash": "Other clients refuse paths that do not begin with ./.",
  "unknown-field": "The field has no effect; it may be a slip of the pen.",
  "field-type": "Other clients refuse to load the whole plugin for this.",
  "manifest-field": "A manifest of the standard that breaks this rule is refused as a whole.",
  "not-json": "The file cannot be read at all, so nothing in it has an effect.",
  "name-missing": "Without a name the plugin cannot be switched on or off, nor its parts be called.",
  "name-signs": "Names with other signs cannot be typed or kept in an id such as name@marketplace.",
  "name-not-kebab": "Names are typed, and part of the names of all the plugin's commands.",
  "no-version": "Without a version an update cannot be told from what is installed.",
  "no-description": "The description is what people and models choose by.",
  "no-author": "People want to know whom they trust.",
  "skill-name": "Other clients accept only names of small letters, digits and hyphens.",
  "skill-not-conforming": "A plugin of the standard loses this skill.",
  "guidelines-in-plugin": "It looks as if the model would know it, and it does not.",
  "case-collision": "On macOS and Windows one of the two is lost when the plugin is installed.",
  "same-name": "Who calls it by this name gets the other one.",
  "strict-conflict": "The plugin does not load through this entry of the marketplace.",
  "hooks-no-wrapper": "Other clients expect the events under a key named hooks.",
  "no-module": "What the manifest promises is listed and fails when it is used.",
  "module-syntax": "Nothing of the code works, and calls are refused where it was to judge them.",
  "unknown-point": "The tap never fires.",
  "tool-without-description": "The model guesses from the name alone.",
  "tool-schema": "The tool cannot be offered to a model.",
  "tool-effect": "The permission gate has to know what a call may do.",
  "entry-source": "The entry cannot be installed.",
  empty: "Who installs it gets nothing.",
};

/** The reason behind a code, or behind what it ends with: `commands-path-missing` is a `path-missing`. */
export function whyOf(code: string): string | undefined {
  if (Object.hasOwn(WHY, code)) return WHY[code];
  return Object.entries(WHY).find(([known]) => code.endsWith(`-${known}`))?.[1];
}
