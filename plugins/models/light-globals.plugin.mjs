import { fileURLToPath } from "node:url";

const SHIMS = fileURLToPath(new URL("globals.ts", import.meta.url));
const SDKS = /[\\/]node_modules[\\/](@anthropic-ai[\\/]sdk|openai)[\\/].*\.m?js$/;
/** Looked at only to see whether something is one, or whether this is a browser. */
const ABSENT = /\bglobalThis\.(ReadableStream|Blob|navigator)\b|(?<=typeof )navigator\b/g;
/** Looked up by name in a list: from Node 22 on, looking is touching. */
const LOOKED_UP = "Object.getOwnPropertyDescriptor(globalThis, name)";
const SHIMMED = ["Headers", "Response", "FormData"];

/**
 * A bundler plugin that gives provider SDKs light stand-ins for globals that are costly to touch. Only the SDKs' own
 * files are changed; what they are given to speak HTTP (`httpFetch`) needs none of the real ones.
 */
export function lightGlobalsPlugin() {
  return {
    name: "nacre:light-globals",
    transform: {
      filter: { id: SDKS },
      handler(code) {
        const text = code
          .replaceAll(ABSENT, "undefined")
          .replaceAll(/\bglobalThis\.Headers\b/g, "Headers")
          .replaceAll(LOOKED_UP, `(name === "Headers" ? undefined : ${LOOKED_UP})`);
        const names = SHIMMED.filter((name) => new RegExp(`(?<![.\\w$"'\`])${name}(?![\\w$"'\`])`).test(text));
        if (names.length === 0 && text === code) return null;
        const shims = names.length > 0 ? `import { ${names.join(", ")} } from ${JSON.stringify(SHIMS)};\n` : "";
        return { code: shims + text, map: null };
      },
    },
  };
}
