import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Package } from "../../../schemas/parts.js";
import { brokenPackage, readManifestJson } from "../manifest-json.js";
import { NAMESPACE, type Context } from "./nacre-part.js";
import { readNative } from "./read-native.js";
import { readStandard } from "./read-standard.js";

/**
 * Whether a folder with a root `plugin.json` is ours. Only where there is a Claude-style manifest besides, the root one
 * has to say that it is of the standard or of nacre; one that cannot be read is never passed over for another.
 */
export function claimsFolder(dir: string): boolean {
  if (!existsSync(join(dir, ".claude-plugin", "plugin.json"))) return true;
  const manifest = readManifestJson(dir, "plugin.json", dir);
  if (!manifest || "problem" in manifest) return true;
  return isStandard(manifest.value) || hasOwnPart(manifest.value);
}

/** Reads a folder with a root `plugin.json` by the rules that its manifest asks for. */
export function readFolder(dir: string, context: Context): Package {
  const root = context.within ?? dir;
  const name = context.fallbackName ?? basename(dir);
  const manifest = readManifestJson(dir, "plugin.json", root);
  if (manifest && "problem" in manifest) {
    const facts = { name, format: "agent-plugins", strict: false, files: [dir, join(dir, "plugin.json")] };
    return brokenPackage(dir, facts, [{ ...manifest.problem, rule: "Agent Plugins 1.0, section 5.2" }]);
  }
  if (manifest && isStandard(manifest.value)) return readStandard(dir, manifest, context);
  return readNative(dir, manifest, context);
}

/** A manifest that names the standard's schema is held to it, whichever version it names. */
function isStandard({ $schema }: JsonObject): boolean {
  return typeof $schema === "string" && /agent-plugins\.org/i.test($schema);
}

function hasOwnPart({ extensions }: JsonObject): boolean {
  return isObject(extensions) && Object.hasOwn(extensions, NAMESPACE);
}
