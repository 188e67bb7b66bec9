/** A number of tokens as a server gives it; `otherwise` for whatever cannot be one. */
export function tokenCount(value: unknown, otherwise: number = 0): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : otherwise;
}
