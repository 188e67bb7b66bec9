import type { JsonObject } from "../../../schemas/json.js";

/** What a new plugin is told of itself. */
export interface Facts {
  readonly name: string;
  readonly description: string;
  readonly author: string;
}

/** What one kind of part puts into a new plugin. */
export interface Scaffold {
  /** Texts by path; a path that ends in `.sh` or stands in `bin/` is made executable. */
  readonly files: Readonly<Record<string, string>>;
  /** Its share of `extensions["dev.nacre"]`. */
  readonly extension?: JsonObject;
  /** One line for the README: what there is and how to use it. */
  readonly about: string;
}

/** Lines of a file, without the indentation of the code they stand in. */
export function lines(...all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
