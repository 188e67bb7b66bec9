import type { Redirect } from "./script.js";
import type { State, Walk } from "./state.js";
import { texts, type Value } from "./value.js";

/** Where output goes that is kept nowhere. */
const NOWHERE = /^\/dev\/(?:null|stdout|stderr|fd\/[0-9])$/;

/** Follows a redirection: what it opens, and the lines it hands to what it belongs to. */
export function followInto(redirect: Redirect, state: State, walk: Walk): Value | undefined {
  const { operator, target, body } = redirect;
  if (body) {
    const value = walk.value(body, state);
    return value.kind === "texts" ? texts(...value.texts.flatMap(lines)) : value;
  }
  if (operator === "<<<") {
    const value = walk.value(target, state);
    return value.kind === "texts" ? texts(...value.texts.flatMap(lines)) : value;
  }
  if (operator.endsWith("&-") || (operator.endsWith("&") && /^(?:\d|-)$/.test(target.raw))) return undefined;
  const [only] = target.pieces;
  if (target.pieces.length === 1 && only?.kind === "process") {
    const written = walk.statement(only.body, { ...state });
    return operator === "<" && !only.writes ? written : undefined;
  }
  const operation = operator === "<" ? "read" : "write";
  const found = walk.outcomes(target, state);
  if (target.glob || target.tilde) walk.hide(`it is not certain which file ${target.raw} is`);
  for (const row of found) {
    const [path, more] = row;
    if (!path || more || path.unknown || target.raw.includes("/dev/tcp/") || target.raw.includes("/dev/udp/")) {
      walk.hide(`it is not known what the redirection to ${target.raw} opens`);
    } else if (!NOWHERE.test(path.text)) {
      const { cwds, moved } = state;
      walk.opened.push({ path: path.text, tilde: path.tilde, operation, cwds, moved });
    }
  }
  return operation === "read" ? { kind: "any" } : undefined;
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}
