import { pathGlob } from "../../../../schemas/path-glob.js";
import { LANGUAGES } from "./language.js";

/** Tells whether a path below the root is meant. */
export type PathTest = (path: string) => boolean;

/** The files of a project, as far as sentences about them go. */
export interface Layout {
  /** Every folder that holds a file, without a slash at the end. */
  readonly folders: ReadonlySet<string>;
  /** Last names of those folders. */
  readonly folderNames: ReadonlySet<string>;
}

const EXTENSIONS: ReadonlySet<string> = new Set(LANGUAGES.flatMap(({ extensions }) => extensions));

/** Whether code in a sentence names a file, a folder or a glob. */
export function isPath(code: string, { folders, folderNames }: Layout): boolean {
  if (/\s|^@|[(){}<>;=,:|&"'`]|^https?:/.test(code.replace(/\{[\w,.-]+\}/g, ""))) return false;
  if (/^\*?\.\w+$/.test(code))
    return code.startsWith("*") || EXTENSIONS.has(code.slice(1)) || /^\.[a-z]{3,}/.test(code);
  if (code.includes("/")) return /[\w*]/.test(code);
  if (/\.\w{1,8}$/.test(code) && EXTENSIONS.has(code.slice(code.lastIndexOf(".") + 1))) return true;
  if (
    /^[\w-]*\*[\w*.-]*\.\w+$/.test(code) ||
    /^(?:Makefile|Dockerfile|justfile|package-lock\.json|\.[a-z][\w.-]+)$/.test(code)
  )
    return true;
  return (
    folders.has(code) ||
    folderNames.has(code) ||
    /\.(?:lock|lockb|sum|mod|env|cfg|ini|xml|csv|log|png|svg|pem|key)$/.test(code)
  );
}

/** What a path in a sentence means: a glob, a file, or a folder with all that is in it. `base` is where it counts from. */
export function pathTest(code: string, base: string): PathTest {
  const plain = code.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "");
  const isFolder = code.endsWith("/") || !/[*?]|\.[\w*]+$/.test(plain.slice(plain.lastIndexOf("/") + 1));
  if (/^\.\w+$/.test(code) && EXTENSIONS.has(code.slice(1))) return pathGlob(`**/*${code}`);
  // An ending, or a file of that very name.
  if (/^\.\w+$/.test(code)) return pathGlob(`**/{*${code},${code},${code}/**}`);
  const anchored = plain.includes("/") && !plain.startsWith("**/");
  const under = base === "" ? "" : `${base}/`;
  const globs = (anchored ? [under + plain] : [`${under}**/${plain.replace(/^\*\*\//, "")}`]).flatMap((glob) =>
    isFolder ? [`${glob}/**`] : [glob, `${glob}/**`],
  );
  const tests = globs.map((glob) => pathGlob(glob));
  return (path) => tests.some((test) => test(path));
}

const TESTS = [
  "*.test.*",
  "*.spec.*",
  "*_test.*",
  "*_spec.rb",
  "test_*.py",
  "*Test.java",
  "*Tests.cs",
  "*Test.kt",
  "*.test-d.ts",
];
const testNames = pathGlob(`**/{${TESTS.join(",")}}`);
const testFolders = pathGlob("**/{test,tests,__tests__,spec,specs,e2e,fixtures,__mocks__,testdata}/**");

/** A file that by its own name is a test. */
export const isTestFile: PathTest = (path) => testNames(path);

/** A file that belongs to tests, by its name or its place. */
export const isOfTests: PathTest = (path) => testNames(path) || testFolders(path);

/** Files of others, or that programs write: nobody follows guidelines in them. */
export const isForeign: PathTest = pathGlob(
  "**/{node_modules,vendor,third_party,bower_components,.git,.yarn,.pnpm-store,.venv,venv,site-packages,__snapshots__}/**",
);
const generated = pathGlob(
  "**/{*.min.js,*.min.css,*.map,*.lock,package-lock.json,npm-shrinkwrap.json,pnpm-lock.yaml,go.sum,*.snap,*.svg,*.pb.go,*_pb2.py,*.generated.*}",
);
export const isGenerated: PathTest = (path) => isForeign(path) || generated(path);
