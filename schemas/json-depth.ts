/** Deeper data is an attack on whoever walks through it, and what checks and prints it does. */
export const DEEPEST = 100;

/** The most brackets that are open at a time in a valid JSON text. */
export function jsonDepth(json: string): number {
  let [depth, most, inText] = [0, 0, false];
  for (let at = 0; at < json.length; at++) {
    const sign = json.charCodeAt(at);
    if (sign === 0x5c) at++;
    else if (sign === 0x22) inText = !inText;
    else if (!inText && (sign === 0x7b || sign === 0x5b)) most = Math.max(most, ++depth);
    else if (!inText && (sign === 0x7d || sign === 0x5d)) depth--;
  }
  return most;
}
