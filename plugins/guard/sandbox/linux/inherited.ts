import { closeSync, readdirSync, readFileSync } from "node:fs";

const CLOSED_ON_EXEC = 0o2000000;

/**
 * Closes files that whoever started nacre has left open for it. They would be open in every command too, and through a
 * folder among them a command could reach all that is around it. Node passes on nothing of its own.
 */
export function closeInherited(): void {
  for (const name of readdirSync("/proc/self/fdinfo")) {
    const file = Number(name);
    if (file > 2 && isPassedOn(file)) closeSync(file);
  }
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
