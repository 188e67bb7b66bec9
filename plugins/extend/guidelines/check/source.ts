import { languageOf, type Language } from "./language.js";
import { regionsOf } from "./regions.js";

/** "code": without comments and the text of strings. "comments": nothing else. "all": as it stands. */
export type Region = "code" | "comments" | "all";

/** A file that is looked into. */
export class Source {
  /** Below the root, with "/". */
  readonly path: string;
  readonly text: string;
  readonly language: Language | undefined;
  #regions: { readonly code: string; readonly comments: string } | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    this.language = languageOf(path, text);
  }

  /** The text of one region, everything else made blank, so that places stay the same. */
  region(region: Region): string {
    if (region === "all" || !this.language?.isCode) return region === "comments" ? "" : this.text;
    this.#regions ??= regionsOf(this.text, this.language);
    return this.#regions[region];
  }
}
