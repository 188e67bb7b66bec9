import { isObject, type JsonObject } from "../../../schemas/json.js";

/** Most characters of one cell's outputs. */
const MOST_OUTPUT = 10_000;

/** A notebook as text: every cell with its number, id and kind, and what it printed. Undefined for what is none. */
export function notebookText(
  json: string,
): { readonly text: string; readonly cells: readonly JsonObject[] } | undefined {
  let notebook: unknown;
  try {
    notebook = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!isObject(notebook) || !Array.isArray(notebook["cells"])) return undefined;
  const cells = notebook["cells"].filter(isObject);
  return { text: cells.map(cellText).join("\n"), cells };
}

function cellText(cell: JsonObject, place: number): string {
  const id = typeof cell["id"] === "string" ? ` id="${cell["id"]}"` : "";
  const kind = typeof cell["cell_type"] === "string" ? cell["cell_type"] : "unknown";
  const outputs = (Array.isArray(cell["outputs"]) ? cell["outputs"] : []).filter(isObject).map(outputText).join("\n");
  const shown = outputs.length > MOST_OUTPUT ? `${outputs.slice(0, MOST_OUTPUT)}… [cut]` : outputs;
  const source = joined(cell["source"]);
  return `<cell ${place + 1}${id} ${kind}>\n${source}${shown === "" ? "" : `\n<output>\n${shown}`}\n</cell>`;
}

function outputText(output: JsonObject): string {
  if (output["output_type"] === "stream") return joined(output["text"]).trimEnd();
  if (output["output_type"] === "error") return `${joined(output["ename"])}: ${joined(output["evalue"])}`;
  const data = isObject(output["data"]) ? output["data"] : {};
  if (data["text/plain"] !== undefined) return joined(data["text/plain"]);
  return Object.keys(data)
    .map((type) => `[${type}]`)
    .join(" ");
}

/** Notebooks keep texts as one string or as a list of lines with their ends. */
function joined(text: unknown): string {
  return Array.isArray(text) ? text.filter((line) => typeof line === "string").join("") : String(text ?? "");
}
