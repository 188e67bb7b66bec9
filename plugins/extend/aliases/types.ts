import type { Param, Type } from "./language/syntax.js";

/** The types of parameters, and what each is in JSON. */
export const TYPES: Readonly<Record<string, "string" | "integer" | "number" | "boolean">> = {
  string: "string",
  path: "string",
  glob: "string",
  regex: "string",
  int: "integer",
  number: "number",
  bool: "boolean",
};

/** The type of a parameter: as said, or that of its default. Undefined: anything goes. */
export function typeOf({ type, value, rest }: Param): Type | undefined {
  if (type || !value || rest) return type;
  if (value.is === "duration") return { name: "number", at: value.at };
  if (value.is === "text") return { name: "string", at: value.at };
  if (value.is !== "plain" || value.value === null) return undefined;
  return { name: typeof value.value === "number" ? "number" : "bool", at: value.at };
}

/** What a value has to be, in words, where it is something else. */
export function misfit(value: unknown, type: Type): string | undefined {
  if (type.choices) {
    const fits = typeof value === "string" && type.choices.includes(value);
    return fits ? undefined : `one of ${type.choices.map((choice) => JSON.stringify(choice)).join(", ")}`;
  }
  switch (type.name) {
    case "int":
      return Number.isSafeInteger(value) ? undefined : "a whole number";
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? undefined : "a number";
    case "bool":
      return typeof value === "boolean" ? undefined : "true or false";
    case "path":
      return typeof value === "string" && value !== "" && !value.includes("\0") ? undefined : "a path";
    case "glob":
      return typeof value === "string" && value !== "" ? undefined : "a pattern for paths";
    case "regex":
      return typeof value === "string" && isRegex(value) ? undefined : "a regular expression";
    default:
      return typeof value === "string" ? undefined : "a string";
  }
}

/** The value that a typed word means for a type, or undefined when it means none. */
export function fromWord(word: string, type: Type | undefined): unknown {
  const value = type?.name === undefined ? word : converted(word, type.name);
  return value === undefined || (type && misfit(value, type) !== undefined) ? undefined : value;
}

function converted(word: string, name: string): unknown {
  if (name === "int" || name === "number")
    return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(word) ? Number(word) : undefined;
  if (name !== "bool") return word;
  if (/^(true|yes|on)$/i.test(word)) return true;
  return /^(false|no|off)$/i.test(word) ? false : undefined;
}

/** A type as it is written. */
export function typeText(type: Type | undefined): string {
  if (type?.choices) return `(${type.choices.map((choice) => JSON.stringify(choice)).join(" | ")})`;
  return type?.name ?? "any";
}

/** Searches have flags in front, which JavaScript does not know: `(?i)`. */
function isRegex(text: string): boolean {
  return compiles(text.replace(/^\(\?[a-zA-Z]+\)/, "")) || compiles(text);
}

function compiles(pattern: string): boolean {
  try {
    return RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
