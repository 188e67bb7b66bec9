// Loaded before a program (`node --require`): counts each step that changes the file system and ends the process with
// SIGKILL at step KILL_AT, before it is done; a write counts twice, the second time half of it is done. Without KILL_AT
// the steps are written to the file KILL_TELL when the program ends, one name for each. With KILL_BELOW only steps count
// whose path begins so.
"use strict";
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");

const at = Number(process.env.KILL_AT ?? Number.POSITIVE_INFINITY);
const tell = process.env.KILL_TELL;
const steps = [];
const die = () => process.kill(process.pid, "SIGKILL");
const { writeFileSync, writeSync } = fs;

const below = process.env.KILL_BELOW ?? "";
const paths = new Map();

function counts(args) {
  const given = args.map((arg) => (typeof arg === "number" ? paths.get(arg) : arg));
  return below === "" || given.some((path) => String(path).startsWith(below));
}

function step(name, args) {
  if (!counts(args)) return;
  steps.push(name);
  if (steps.length === at) die();
}

const { O_CREAT, O_TRUNC } = fs.constants;
const changes = (flags) =>
  typeof flags === "number" ? (flags & (O_CREAT | O_TRUNC)) !== 0 : /^[wax]/.test(flags ?? "r");

const NAMES = `rename link symlink unlink rm rmdir mkdir mkdtemp ftruncate truncate fsync fdatasync fchmod chmod
  fchown utimes futimes copyFile cp`.split(/\s+/);
for (const name of NAMES) {
  for (const [holder, key] of [
    [fs, `${name}Sync`],
    [fs, name],
    [fs.promises, name],
  ]) {
    const original = holder[key];
    if (!original) continue;
    holder[key] = function (...args) {
      step(key, args);
      return original.apply(this, args);
    };
  }
}

for (const [holder, key] of [
  [fs, "openSync"],
  [fs, "open"],
  [fs.promises, "open"],
]) {
  const original = holder[key];
  holder[key] = function (...args) {
    if (changes(args[1])) step(key, args);
    const result = original.apply(this, args);
    if (typeof result === "number") paths.set(result, String(args[0]));
    return result;
  };
}

fs.writeSync = function (fd, data, ...rest) {
  if (fd <= 2) return writeSync(fd, data, ...rest);
  step("writeSync", [fd]);
  step("half a writeSync", [fd]);
  return writeSync(fd, data, ...rest);
};
const half = (data) => Buffer.from(data).subarray(0, Buffer.byteLength(data) / 2);
const whole = fs.writeSync;
fs.writeSync = function (fd, data, ...rest) {
  // The next step but one is the half of this write.
  if (fd > 2 && steps.length + 2 === at && counts([fd])) {
    writeSync(fd, half(data));
    die();
  }
  return whole(fd, data, ...rest);
};

for (const [key, flags] of [
  ["writeFileSync", "w"],
  ["appendFileSync", "a"],
]) {
  fs[key] = function (file, data, options) {
    const { mode = 0o666, flag = flags } = typeof options === "object" ? (options ?? {}) : {};
    const fd = typeof file === "number" ? file : fs.openSync(file, flag, mode);
    fs.writeSync(fd, Buffer.from(data));
    if (fd !== file) fs.closeSync(fd);
  };
}
syncBuiltinESMExports();

if (tell !== undefined) process.on("exit", () => writeFileSync(tell, steps.join("\n")));
