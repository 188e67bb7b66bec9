import { isObject, type JsonObject } from "../../../../schemas/json.js";
import type { FileList } from "../trust/file-list.js";
import { readJson } from "./read-json.js";

/** What is kept beside an installed folder: how its files were, and the entry that led to it. */
export interface InstallRecord {
  readonly hash: string;
  readonly list: FileList;
  readonly entry?: { readonly value: JsonObject; readonly file: string; readonly root: string };
  /** The manifest as written, for those who need more of it than what every start needs. */
  readonly fields: JsonObject;
}

/** The file that belongs to an installed folder. */
export function recordFile(dir: string): string {
  return `${dir}.json`;
}

export function readRecord(dir: string): InstallRecord | undefined {
  const value = readJson(recordFile(dir));
  const list = value?.["list"];
  const whole = isObject(list) && isObject(list["files"]) && isObject(list["folders"]);
  return whole && typeof value?.["hash"] === "string" ? (value as unknown as InstallRecord) : undefined;
}
