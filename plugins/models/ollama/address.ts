const PORT = "11434";

/**
 * The base URL behind what people write for an Ollama server: a URL, `host`, `host:port` or `:port`; undefined when it
 * is none of these. A server that listens on every address is reached on this machine.
 */
export function addressOf(given: string): string | undefined {
  const text = given.trim();
  const bare = !text.includes("://");
  const full = bare ? `http://${text.startsWith(":") ? `localhost${text}` : text}` : text;
  if (!URL.canParse(full)) return undefined;
  const url = new URL(full);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  if (bare && url.port === "" && !text.endsWith(":80")) url.port = PORT;
  if (url.hostname === "0.0.0.0" || url.hostname === "[::]") url.hostname = "localhost";
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
}
