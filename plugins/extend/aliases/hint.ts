import type { Alias } from "./book.js";
import type { Param } from "./language/syntax.js";

/** How an alias is typed. */
export function usageText({ name, declaration }: Alias): string {
  return [`@${name}`, hintOf(declaration.params)].filter((part) => part !== "").join(" ");
}

/** The parameters as they are typed, such as `TITLE [DRAFT] [LABELS...]`. */
export function hintOf(params: readonly Param[]): string {
  return params
    .map((param) => {
      const word = param.name.toUpperCase();
      return param.rest ? `[${word}...]` : param.value ? `[${word}]` : word;
    })
    .join(" ");
}
