import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = dirname(dirname(import.meta.dirname));

/** The reviewed text of what programs and plugins see of the kernel. */
export const REVIEWED = join(import.meta.dirname, "public-surface.d.ts");

/** What the compiler declares for the files of the public surface, one after the other. */
export function publicSurface() {
  const dir = mkdtempSync(join(tmpdir(), "nacre-surface-"));
  const files = ["core/index", "core/types"];
  try {
    const config = {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: {
        noEmit: false,
        emitDeclarationOnly: true,
        outDir: join(dir, "out"),
        rootDir: ROOT,
        typeRoots: [join(ROOT, "node_modules/@types")],
      },
      files: [...files, "core/builtins.d"].map((file) => join(ROOT, `${file}.ts`)),
      include: [],
    };
    writeFileSync(join(dir, "tsconfig.json"), JSON.stringify(config));
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    execFileSync(process.execPath, [compiler, "-p", dir], { stdio: ["ignore", "inherit", "inherit"] });
    return files
      .map((file) => `// ${file}.ts\n${readFileSync(join(dir, "out", `${file}.d.ts`), "utf8").trim()}\n`)
      .join("\n");
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
