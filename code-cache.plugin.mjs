import { createHash } from "node:crypto";

const PLACE = "__NACRE_CODE__";

/**
 * A bundler plugin that tells the program of its own files: `NACRE_CODE` is a hash over all of them, and after it the
 * names of those that hold an `import()` that is left for Node, which compiled code from a cache cannot do.
 */
export function codeCachePlugin() {
  return {
    name: "nacre:code-cache",
    options: (options) => ({
      ...options,
      transform: {
        ...options.transform,
        define: { ...options.transform?.define, NACRE_CODE: JSON.stringify(PLACE) },
      },
    }),
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter(({ type }) => type === "chunk");
      const hash = createHash("sha256");
      for (const { fileName, code } of chunks) hash.update(`${fileName}\n${code}\n`);
      const importing = chunks.filter(({ code }) =>
        holdsImport(this.parse(code, { lang: "js", sourceType: "script" })),
      );
      const names = importing.map(({ fileName }) => fileName.split("/").at(-1));
      const facts = [hash.digest("hex").slice(0, 16), ...names].join(" ");
      for (const chunk of chunks) if (chunk.code.includes(PLACE)) chunk.code = chunk.code.replace(PLACE, facts);
    },
  };
}

function holdsImport(node) {
  if (typeof node !== "object" || node === null) return false;
  return node.type === "ImportExpression" || Object.values(node).some(holdsImport);
}
