import { basename, join } from "node:path";
import { messageOf } from "../../../schemas/errors.js";
import type { Package, PackageContext } from "../../../schemas/parts.js";
import { plainPackage } from "./plain.js";
import { readManifest } from "./read-manifest.js";

/** Stands in until the formats have plugins of their own. */
export function readTemporary(dir: string, { kinds, fallbackName = basename(dir) }: PackageContext): Package {
  const plain = plainPackage({ dir, origin: "" }, fallbackName, kinds);
  const files = [join(dir, "plugin.json"), join(dir, ".claude-plugin/plugin.json")];
  try {
    const { manifest, main } = readManifest(dir, fallbackName);
    const { main: _main, ...rest } = plain;
    return {
      ...rest,
      name: manifest.name,
      format: "temporary",
      state: "ok",
      manifest,
      files,
      ...(main !== undefined && { main }),
    };
  } catch (error) {
    const problem = { severity: "error", code: "bad-manifest", message: messageOf(error), file: dir } as const;
    return { ...plain, format: "temporary", state: "broken", usable: false, problems: [problem], files };
  }
}
