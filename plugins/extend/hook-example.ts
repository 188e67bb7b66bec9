import type { JsonObject } from "../../schemas/json.js";

/** Hooks that can be switched on by their name in the setting `hooks.examples`. */
export interface HookExample {
  readonly name: string;
  readonly description: string;
  /** By event, as settings hold them. */
  readonly hooks: JsonObject;
  /** It runs programs of the project, so the project has to be trusted whoever switches it on. */
  readonly needsTrust?: boolean;
}

declare module "../../core/types.js" {
  interface Registries {
    hookExample: HookExample;
  }
}
