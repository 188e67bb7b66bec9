import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Diagnostic, PackageContext } from "../../../schemas/parts.js";
import { parseJson, placeInJson } from "../diagnostic.js";
import { atKey, type ManifestJson } from "../manifest-json.js";
import { readText } from "../read-text.js";

type About = Pick<Diagnostic, "code" | "message"> & Partial<Diagnostic>;

/** A table of fields, and where it is written. */
export interface Source {
  readonly file: string;
  readonly fields: JsonObject;
  /** A warning about a field, unless told otherwise; its message gets the file in front. */
  problem(path: readonly (string | number)[], about: About): Diagnostic;
}

export function sourceOf(manifest: ManifestJson): Source {
  const { file, value } = manifest;
  return {
    file,
    fields: value,
    problem: (path, about) => atKey(manifest, path, { ...about, message: `${file}: ${about.message}` }),
  };
}

/** An entry of a marketplace. Its file is read again only when there is something to say about it. */
export function sourceOfEntry({ value, file }: NonNullable<PackageContext["entry"]>): Source {
  let found: Found | undefined;
  const place = (path: readonly (string | number)[]): Pick<Diagnostic, "line" | "column"> => {
    found ??= find(file, value["name"]);
    return found.at < 0 ? {} : { ...placeInJson(found.text, ["plugins", found.at, ...path]) };
  };
  return {
    file,
    fields: value,
    problem: (path, about) => {
      const message = `${file}: plugin "${String(value["name"])}": ${about.message}`;
      return { severity: "warning", file, ...place(path), ...about, message };
    },
  };
}

interface Found {
  readonly text: string;
  /** The entry's place in the list; -1 where it is not there. */
  readonly at: number;
}

function find(file: string, name: unknown): Found {
  const text = readText(file, 16 * 1024 * 1024);
  if (typeof text !== "string") return { text: "", at: -1 };
  const { value: market } = parseJson(text);
  const plugins = isObject(market) && Array.isArray(market["plugins"]) ? market["plugins"] : [];
  return { text, at: plugins.findIndex((entry) => isObject(entry) && entry["name"] === name) };
}
