/** The path of a file of a package: see `assets.plugin.mjs`. */
declare module "nacre:asset/*" {
  const file: string;
  export default file;
}
