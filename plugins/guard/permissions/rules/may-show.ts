import type { Law } from "../open.js";
import { rulesCount } from "../modes.js";
import { secretPart } from "../../../../schemas/secret-names.js";
import { pathCovers } from "./covers.js";
import type { Rule } from "./rule.js";
import { pathMatches } from "./matches.js";

/**
 * Whether a search that was let pass may show a file it came across, given by its real path: not when a deny rule
 * keeps it, nor when its name says that it holds secrets and no allow rule names it back.
 */
export function mayShow(path: string, { rules, mode, anchors }: Law): boolean {
  const relative = [anchors.root, anchors.cwd];
  const isDenied = ({ tool, specifier }: Rule): boolean =>
    tool === "Read" && specifier?.kind === "expression" && specifier.matches(path);
  if (rules.deny.some((rule) => isDenied(rule) || (rule.tool === "Read" && pathMatches(rule, path, anchors, relative))))
    return false;
  const secret = secretPart(path);
  if (!secret) return true;
  const circumstance = { situation: "secret", reason: "", path, operation: "read", secret } as const;
  return rulesCount(mode, "secret") && rules.allow.some((rule) => pathCovers(rule, circumstance, anchors));
}
