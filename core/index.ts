import { resolve } from "node:path";
import { nacreHome } from "../schemas/nacre-home.js";
import { NacreKernel, type KernelOptions } from "./kernel.js";
import type { Kernel } from "./types.js";

export { live } from "./live.js";
export type { KernelOptions } from "./kernel.js";
export type * from "./types.js";

/** A kernel with no plugins: nothing can be asked of it until some are loaded. */
export function createKernel(options: KernelOptions = {}): Kernel {
  const env = options.env ?? process.env;
  const home = options.home ?? nacreHome(env);
  const cwd = resolve(options.cwd ?? ".");
  return new NacreKernel({ version: "0.0.0", ...options, env, home, cwd });
}
