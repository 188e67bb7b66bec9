import { openSync, readdirSync, readFileSync } from "node:fs";

const CLOSED_ON_EXEC = 0o2000000;

let covered: ReadonlyMap<number, number> | undefined;

/**
 * What is put in the place of files that whoever started nacre has left open for it. They would be open in every command
 * too, and through a folder among them a command could reach all that is around it. Node passes on nothing of its own;
 * closing them is not for us, as a program that embeds nacre may need them.
 */
export function inheritedCovered(): ReadonlyMap<number, number> {
  return (covered ??= new Map(inherited().map((file) => [file, openSync("/dev/null", "r")])));
}

function inherited(): readonly number[] {
  return readdirSync("/proc/self/fdinfo")
    .map(Number)
    .filter((file) => file > 2 && isPassedOn(file));
}

function isPassedOn(file: number): boolean {
  try {
    const [, flags] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${file}`, "latin1")) ?? [];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSED_ON_EXEC) === 0;
  } catch {
    // It was the one of this very listing.
    return false;
  }
}
