import { knowVariables, redact } from "../../../schemas/redact.js";

/** Takes secrets out of JSON text: the values of this environment's secret variables, and what has the shape of a key. */
export function redactor(env: Readonly<Record<string, string | undefined>>): (json: string) => string {
  knowVariables(env);
  const clean = (_: string, value: unknown): unknown => (typeof value === "string" ? redact(value) : value);
  return (json) => JSON.stringify(JSON.parse(json), clean);
}
