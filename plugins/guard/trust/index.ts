import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, sep } from "node:path";
import type { Setup } from "../../../core/types.js";

const setup: Setup = (ctx) => {
  const home = ctx.kernel.env["HOME"] || homedir();
  const listed = Array.isArray(ctx.settings["folders"]) ? (ctx.settings["folders"] as readonly unknown[]) : [];
  const flag = ctx.settings["workspace"] === true;

  ctx.add("service", {
    name: "trust",
    service: {
      isTrusted: async (root) => flag || isListed(root, listed, home),
    },
  });
};

/** Whether the folder itself, or one it lies in, is listed. Both are compared by where they really are. */
function isListed(root: string, listed: readonly unknown[], home: string): boolean {
  const real = realFolder(root);
  // Anything at all ends up in the home folder, so that alone says nothing about whose files they are.
  if (real === undefined || real === realFolder(home)) return false;
  return listed.some((folder) => {
    if (typeof folder !== "string") return false;
    const trusted = realFolder(folder.startsWith("~/") ? home + folder.slice(1) : folder);
    return (
      trusted !== undefined && (real === trusted || real.startsWith(trusted.endsWith(sep) ? trusted : trusted + sep))
    );
  });
}

function realFolder(path: string): string | undefined {
  if (!isAbsolute(path)) return undefined;
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

export default setup;
