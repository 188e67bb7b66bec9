/** Makes a program load other code than its own as soon as it starts. */
const LOADER = /^LD_|^DYLD_|^(?:GLIBC_TUNABLES|GCONV_PATH|LOCPATH)$/;

/** Whether a variable says where programs find their libraries, which may be a folder that commands write to. */
export function isLoaderVariable(name: string): boolean {
  return LOADER.test(name);
}
