import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { EXIT, UserError, codeOf, messageOf } from "../../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../../schemas/json.js";

const LIMIT = 64 * 1024 * 1024;

/** The object in a state file; undefined when there is no file. Throws a UserError when it holds something else. */
export function readJson(file: string): JsonObject | undefined {
  try {
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(fd);
      if (!stats.isFile()) throw new Error("it is no regular file");
      if (stats.size > LIMIT) throw new Error("it is too large");
      const value: unknown = JSON.parse(readFileSync(fd, "utf8"));
      if (!isObject(value)) throw new Error("it holds no object");
      return value;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw new UserError(`${file} cannot be read: ${messageOf(error).replace(/\.$/, "")}.`, EXIT.plugin);
  }
}
