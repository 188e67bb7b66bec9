import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import Module from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";
import { nacreHome } from "../schemas/nacre-home.js";
import { sweepTemporaries, temporaryName } from "../schemas/temporary-name.js";

/** Put in by the build (code-cache.plugin.mjs): a name for its files as they are, and those of them that hold an `import()`. */
declare const NACRE_CODE: string;

/** Builds of which code is kept, one for each version of nacre and of Node that takes turns. */
const BUILDS = 4;
const DIGEST_BYTES = 20;

/** What Node calls for the text of each file that is required. */
interface Compiler {
  _compile(this: NodeJS.Module, source: string, file: string): unknown;
}

/**
 * Keeps what V8 made of the program's own files below nacre's home, so that the next start compiles none of them: a
 * fifth of the way to the first request. Node does that itself from version 22.1 on. A home that is not there is not
 * made, and nothing here fails: without the cache everything is as it was.
 */
export function cacheCode(env: Readonly<Record<string, string | undefined>>): void {
  if (env["NODE_DISABLE_COMPILE_CACHE"]) return;
  const home = nacreHome(env);
  const [build = "", ...importing] = NACRE_CODE.split(" ");
  const folder = join(home, "cache", "code", `${build}-${process.version}-${process.arch}`);
  if (!("enableCompileCache" in Module)) return new CodeCache(folder, new Set(importing)).install(home);
  if (existsSync(home) && isMade(folder)) Module.enableCompileCache(folder);
}

/**
 * Code is loaded from files that nobody else may write, and that are whole: V8 checks neither. Who may write there as
 * the user may write hooks as well. A file's name holds a hash of the text that it was made of, as V8 compares only its
 * length.
 */
class CodeCache {
  readonly #folder: string;
  readonly #importing: ReadonlySet<string>;
  readonly #scripts = new Map<string, Script>();
  #isWhole = true;

  constructor(folder: string, importing: ReadonlySet<string>) {
    this.#folder = folder;
    this.#importing = importing;
  }

  /** From now on; what is missing is written when the process ends. */
  install(home: string): void {
    const compiler = Module.prototype as unknown as Compiler;
    const { _compile: compile } = compiler;
    const run = (module: NodeJS.Module, source: string, file: string): unknown => this.#run(module, source, file);
    const covers = (file: string): boolean => dirname(file) === __dirname && !this.#importing.has(basename(file));
    compiler._compile = function (source, file) {
      return covers(file) ? run(this, source, file) : compile.call(this, source, file);
    };
    process.once("exit", (code) => {
      // Who ends it by a signal does not want to wait.
      if (!this.#isWhole && code < 128 && existsSync(home) && isMade(this.#folder)) this.#keep();
    });
  }

  #run(module: NodeJS.Module, source: string, filename: string): unknown {
    const name = basename(filename);
    const cachedData = readWhole(join(this.#folder, name));
    const script = new Script(Module.wrap(source), { filename, ...(cachedData && { cachedData }) });
    this.#isWhole &&= cachedData !== undefined && script.cachedDataRejected === false;
    this.#scripts.set(name, script);
    const body = script.runInThisContext() as (...own: readonly unknown[]) => unknown;
    const { exports } = module as { exports: unknown };
    return body.call(exports, exports, (id: string) => module.require(id) as unknown, module, filename, __dirname);
  }

  /** All of what was loaded: a file that was kept before may have had more functions compiled by now. */
  #keep(): void {
    try {
      for (const [name, script] of this.#scripts) replace(join(this.#folder, name), script.createCachedData());
      sweepTemporaries(this.#folder);
    } catch {
      // The next run tries again.
    }
  }
}

function replace(path: string, data: Uint8Array): void {
  const temporary = join(dirname(path), temporaryName());
  try {
    writeFileSync(temporary, Buffer.concat([data, digestOf(data)]), { mode: 0o600, flag: "wx" });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Undefined for what is not there, is another user's, can be written by others, or is damaged. */
function readWhole(path: string): Buffer | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { uid, mode } = fstatSync(file);
    if ((process.getuid !== undefined && uid !== process.geteuid?.()) || (mode & 0o022) !== 0) return undefined;
    const bytes = readFileSync(file);
    const data = bytes.subarray(0, -DIGEST_BYTES);
    return digestOf(data).equals(bytes.subarray(-DIGEST_BYTES)) ? data : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Against damage, not against people: the quickest that Node has. */
function digestOf(data: Uint8Array): Buffer {
  return createHash("sha1").update(data).digest();
}

/** Makes a folder of its own for a build, and forgets the oldest builds. */
function isMade(folder: string): boolean {
  try {
    if (mkdirSync(folder, { recursive: true, mode: 0o700 }) === undefined) return true;
    const builds = readdirSync(dirname(folder)).map((name) => join(dirname(folder), name));
    const newest = builds.toSorted((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
    for (const old of newest.slice(BUILDS)) rmSync(old, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}
