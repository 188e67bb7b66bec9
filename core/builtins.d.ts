/** Made by the build from the manifests below `plugins/`: what ships with nacre, code imported at first use. */
declare module "nacre:builtins" {
  import type { Plugin } from "./types.js";
  export const builtins: readonly Plugin[];
}
