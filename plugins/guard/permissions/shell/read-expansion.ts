import type { Node } from "./grammar.js";
import { partsOf, type Reader } from "./reader.js";
import type { Expansion } from "./script.js";

export const NO_SUBSTITUTION = "it is not certain what it is replaced by";

const PLAIN_VARIABLE = /^\$(?:([A-Za-z_]\w*|[0-9?#$!@*_-]))$/;
const BRACED_VARIABLE = /^\$\{([A-Za-z_]\w*|[0-9])\}$/;
/**
 * Forms that only look at a value: its length, a default, without a beginning or an end, with parts exchanged, a part of
 * it. Nothing in them is expanded, and nothing is assigned.
 */
const SHAPED_VARIABLE =
  /^\$\{(?:#([A-Za-z_]\w*)|([A-Za-z_]\w*|[0-9@*])(?::?[-+][\w ./:,@%+=*-]*|(?:%%?|##?)[\w./:,@%+=*?_ -]*|\/\/?[\w .:,@%+=*?_-]*(?:\/(?:[\w .:,@%+=_-]*|\$'\\[nt]'))?|\^\^?|,,?|:\d+(?::-?\d+)?))\}$/;
/** An array, its length, or one element of it. */
const ARRAY = /^\$\{(#?)([A-Za-z_]\w*\[(?:@|\*|\d{1,4})\])\}$/;
/** Numbers, variables and operators that assign nothing. */
const ARITHMETIC = /^(?:[\d\s+\-*/%()<>&|^~?:,]|[A-Za-z_]\w*|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\}|[=!<>]=|!)*$/;

/** Reads what a shell replaces by something else. */
export function readExpansion(node: Node, reader: Reader, quoted: boolean): Expansion {
  const raw = reader.raw(node);
  switch (node.type) {
    case "simple_expansion": {
      const name = PLAIN_VARIABLE.exec(raw)?.[1];
      if (name !== undefined) return { kind: "variable", name, plain: true, raw, quoted };
      break;
    }
    case "expansion": {
      const name = BRACED_VARIABLE.exec(raw)?.[1];
      if (name !== undefined) return { kind: "variable", name, plain: true, raw, quoted };
      const array = ARRAY.exec(raw);
      if (array)
        return { kind: "variable", name: array[2]!, plain: array[1] === "" && !raw.includes("*"), raw, quoted };
      const shaped = SHAPED_VARIABLE.exec(raw);
      if (shaped) return { kind: "variable", name: shaped[1] ?? shaped[2]!, plain: false, raw, quoted };
      break;
    }
    case "command_substitution":
      return substitution(node, reader, quoted);
    case "process_substitution": {
      if (!/^[<>]\([\s\S]*\)$/.test(raw)) reader.doubt("a bracket is not closed");
      const body = reader.inside(node, reader);
      return { kind: "process", body, writes: raw.startsWith(">"), raw, quoted };
    }
    case "arithmetic_expansion":
      return arithmetic(node, reader, quoted);
  }
  if (node.type !== "expansion" || !isClosed(node, reader)) reader.doubt("it is not certain where an expansion ends");
  seeInside(node, reader);
  return { kind: "hidden", why: `${raw.slice(0, 60)} can be replaced by anything`, raw, quoted };
}

/** Whether a `${...}` holds nothing, beside expansions of its own, that could move its end. */
function isClosed(node: Node, reader: Reader): boolean {
  let rest = "";
  let place = node.start;
  for (const child of partsOf(node)) {
    if (!/^(?:command_substitution|simple_expansion|expansion)$/.test(child.type)) continue;
    rest += reader.text.slice(place, child.start);
    place = child.end;
    if (child.type === "expansion" && !isClosed(child, reader)) return false;
  }
  rest += reader.text.slice(place, node.end);
  return /^\$\{[\w!#@*?:=+%/^,. ~[\]-]+(?:\$'\\[nt]')?\}$/.test(rest) && !/^\$\{\s/.test(rest);
}

function substitution(node: Node, reader: Reader, quoted: boolean): Expansion {
  const raw = reader.raw(node).trimStart();
  const ticks = raw.startsWith("`");
  if (!(ticks ? /^`[^`]*`$/ : /^\$\([\s\S]*\)$/).test(raw)) reader.doubt("a bracket is not closed");
  // Within backticks a backslash means something else than outside.
  if (ticks && raw.includes("\\")) reader.doubt("it has a backslash within backticks");
  return { kind: "command", body: reader.inside(node, reader), raw, quoted };
}

function arithmetic(node: Node, reader: Reader, quoted: boolean): Expansion {
  const raw = reader.raw(node);
  const substitutions = substitutionsIn(node);
  let rest = "";
  let place = node.start;
  for (const { start, end } of substitutions) {
    rest += `${reader.text.slice(place, start)} 0 `;
    place = end;
  }
  const text = /^\$\(\(([\s\S]*)\)\)$/.exec(rest + reader.text.slice(place, node.end))?.[1];
  if (text === undefined || !ARITHMETIC.test(text) || /\+\+|--/.test(text)) {
    seeInside(node, reader);
    return { kind: "hidden", why: `${raw.slice(0, 60)} can do more than calculate`, raw, quoted };
  }
  const names = [...text.matchAll(/[A-Za-z_]\w*/g)].map(([name]) => name);
  const inner = substitutions.map((one) => substitution(one, reader, true));
  return { kind: "arithmetic", names, inner, raw, quoted };
}

function substitutionsIn(node: Node): readonly Node[] {
  return partsOf(node).flatMap((child) => (child.type === "command_substitution" ? [child] : substitutionsIn(child)));
}

/** Finds the commands in something that is not understood. */
export function seeInside(node: Node, reader: Reader): void {
  for (const child of partsOf(node)) {
    if (child.type === "command_substitution" || child.type === "process_substitution") reader.inside(child, reader);
    else seeInside(child, reader);
  }
}
