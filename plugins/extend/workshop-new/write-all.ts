import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf, UserError } from "../../../schemas/errors.js";

/** Writes texts below a folder, and overwrites nothing. Throws a UserError that names the file. */
export function writeAll(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(dir, path);
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { flag: "wx" });
      if (path.endsWith(".sh") || path.startsWith("bin/")) chmodSync(file, 0o755);
    } catch (error) {
      throw new UserError(`${file} could not be written: ${messageOf(error)}.`);
    }
  }
}
