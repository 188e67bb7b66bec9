/** The path of a program that the build has made of a module. */
declare module "nacre:program/*" {
  const file: string;
  export default file;
}
