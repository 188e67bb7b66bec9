import type { JsonObject } from "../../../../schemas/json.js";

/** Where a marketplace comes from, as settings write it. */
export type MarketSource =
  | {
      readonly source: "github";
      readonly repo: string;
      readonly ref?: string;
      readonly path?: string;
      readonly sparsePaths?: readonly string[];
    }
  | {
      readonly source: "git";
      readonly url: string;
      readonly ref?: string;
      readonly path?: string;
      readonly sparsePaths?: readonly string[];
    }
  | { readonly source: "url"; readonly url: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly source: "file"; readonly path: string }
  | { readonly source: "directory"; readonly path: string }
  | {
      readonly source: "settings";
      readonly name: string;
      readonly plugins: readonly JsonObject[];
      readonly owner?: JsonObject;
    };

/** Where a plugin comes from, once names and short forms are resolved. */
export type PluginSource =
  | {
      readonly kind: "git";
      readonly url: string;
      readonly ref?: string;
      readonly sha?: string;
      readonly path?: string;
      /** Links of that folder lead to other folders of the repository. */
      readonly whole?: true;
    }
  | {
      readonly kind: "npm";
      readonly name: string;
      readonly version?: string;
      readonly registry?: string;
      readonly integrity?: string;
    }
  | { readonly kind: "archive"; readonly url: string; readonly sha256?: string }
  | { readonly kind: "package"; readonly path: string; readonly sha256?: string }
  /** `within`: links may lead as far as that. */
  | { readonly kind: "folder"; readonly path: string; readonly within?: string };

/** The one-line form of a source, for people. */
export function sourceText(source: PluginSource): string {
  switch (source.kind) {
    case "git": {
      const at = source.sha?.slice(0, 12) ?? source.ref;
      const below = source.path === undefined ? "" : `, folder ${source.path}`;
      return `git ${source.url}${at === undefined ? "" : ` at ${at}`}${below}`;
    }
    case "npm":
      return `npm package ${source.name}${source.version === undefined ? "" : `@${source.version}`}`;
    case "archive":
      return `archive ${source.url}`;
    case "package":
      return `package ${source.path}`;
    case "folder":
      return `folder ${source.path}`;
  }
}
