import { builtins as shipped } from "nacre:builtins";
import type { Plugin } from "./core/index.js";

export { createKernel, live } from "./core/index.js";
export { EXIT, UserError } from "./schemas/errors.js";
export { query, type Query } from "./plugins/fronts/embed/query.js";
export type { Hooks, QueryOptions } from "./plugins/fronts/embed/options.js";
export type * from "./core/index.js";
export type * from "./schemas/decision.js";
export type * from "./schemas/event.js";
export type * from "./schemas/front.js";
export type * from "./schemas/json.js";
export type * from "./schemas/kinds.js";
export type * from "./schemas/manifest.js";
export type * from "./schemas/message.js";
export type * from "./schemas/provider.js";
export type * from "./schemas/session.js";
export type * from "./schemas/settings.js";
export type * from "./schemas/tool.js";

/** What ships with nacre, as data; the code of each is imported at first use. */
export const builtins: readonly Plugin[] = shipped;
