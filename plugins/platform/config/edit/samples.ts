/** A table of settings as a test makes it up. */
export type Tree = { [key: string]: unknown };

/** Decides one of so many ways to write something. */
export type Pick = (most: number) => number;

export function isTable(item: unknown): item is Tree {
  return typeof item === "object" && item !== null && !Array.isArray(item);
}

/** Writes a tree in one of many ways, with a comment wherever one may stand. */
export function toToml(tree: Tree, pick: Pick): string {
  const name = (part: string): string => (/^[\w-]+$/.test(part) ? part : JSON.stringify(part));
  const comment = (): string => (pick(3) === 0 ? ` # c${pick(1e6)}` : "");
  const own = (under: readonly string[], inner: Tree): string =>
    Object.entries(inner)
      .filter(([, child]) => !isTable(child))
      .map(
        ([part, child]) =>
          `${" ".repeat(pick(3))}${[...under, part].map(name).join(".")} = ${inline(child)}${comment()}\n`,
      )
      .join("");
  const inline = (item: unknown): string => {
    if (Array.isArray(item)) return `[${item.map(inline).join(pick(2) === 0 ? ", " : `,${comment()}\n  `)}]`;
    if (isTable(item))
      return `{ ${Object.entries(item)
        .map(([k, v]) => `${name(k)} = ${inline(v)}`)
        .join(", ")} }`;
    if (typeof item === "number" && Number.isInteger(item) && !Number.isSafeInteger(item)) return item.toExponential();
    return typeof item === "string" ? JSON.stringify(item).replaceAll("\x7f", "\\u007f") : String(item);
  };
  const dotted = (under: readonly string[], inner: Tree): string => {
    if (Object.keys(inner).length === 0) return `${under.map(name).join(".")} = {}\n`;
    const below = Object.entries(inner).filter(([, child]) => isTable(child));
    return own(under, inner) + below.map(([part, child]) => dotted([...under, part], child as Tree)).join("");
  };
  const table = (at: readonly string[], inner: Tree): string => {
    let [head, tail] = [own([], inner), ""];
    for (const [part, child] of Object.entries(inner)) {
      if (!isTable(child)) continue;
      const how = pick(3);
      if (how === 0) head += `${name(part)} = ${inline(child)}${comment()}\n`;
      else if (how === 1) head += dotted([part], child);
      else
        tail += `\n#t${comment()}\n[${[...at, part].map(name).join(" . ")}]${comment()}\n${table([...at, part], child)}`;
    }
    return head + tail;
  };
  return table([], tree);
}

/** The same for JSON with comments and trailing commas. */
export function toJson(tree: Tree, pick: Pick): string {
  const comment = (): string => (pick(4) === 0 ? ` /* c${pick(1e6)} */` : pick(4) === 0 ? ` // c${pick(1e6)}\n` : "");
  const write = (item: unknown): string => {
    if (!isTable(item) && !Array.isArray(item)) return JSON.stringify(item);
    const [open, close] = Array.isArray(item) ? "[]" : "{}";
    const gap = pick(2) === 0 ? "" : "\n ";
    const parts = Array.isArray(item)
      ? item.map(write)
      : Object.entries(item).map(([k, v]) => `${JSON.stringify(k)}:${comment()} ${write(v)}`);
    const trail = parts.length > 0 && pick(4) === 0 ? "," : "";
    return `${open}${gap}${parts.map((part, at) => part + (at < parts.length - 1 ? "," : trail) + comment()).join(gap)}${gap}${close}`;
  };
  return comment() + write(tree) + comment();
}

/** The same for YAML, in blocks and flows. */
export function toYaml(tree: Tree, pick: Pick): string {
  const comment = (): string => (pick(3) === 0 ? ` # c${pick(1e6)}` : "");
  const name = (part: string): string => (/^[a-z]$/.test(part) ? part : JSON.stringify(part));
  const flow = (item: unknown): string => {
    if (Array.isArray(item)) return `[${item.map(flow).join(", ")}]`;
    return isTable(item)
      ? `{ ${Object.entries(item)
          .map(([k, v]) => `${name(k)}: ${flow(v)}`)
          .join(", ")} }`
      : JSON.stringify(item);
  };
  const block = (inner: Tree, indent: string): string =>
    Object.entries(inner)
      .map(([part, child]) => {
        const line = `${indent}${name(part)}:${pick(5) === 0 ? `   ` : " "}`;
        if (isTable(child) && Object.keys(child).length > 0 && pick(3) > 0)
          return `${line}${comment()}\n${block(child, `${indent}${" ".repeat(1 + pick(4))}`)}`;
        if (Array.isArray(child) && child.length > 0 && pick(2) === 0) {
          const dash = `${indent}${" ".repeat(pick(3))}`;
          return `${line}${comment()}\n${child.map((item) => `${dash}- ${flow(item)}${comment()}\n`).join("")}`;
        }
        return `${line}${flow(child)}${comment()}\n${pick(5) === 0 ? `${indent}# c${pick(1e6)}\n` : ""}`;
      })
      .join("");
  return Object.keys(tree).length === 0 ? "# empty\n" : block(tree, "");
}
