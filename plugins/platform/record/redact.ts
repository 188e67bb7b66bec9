/** Beginnings by which the keys of well-known services are recognised. */
const KEYS = new RegExp(
  // JSON writes a line break as \\n: its letter is no part of the word that follows.
  `(?:(?<![A-Za-z0-9_])|(?<=\\\\[nrtbf]))(?:${[
    "sk-(?:ant-|proj-|or-)?[A-Za-z0-9_-]{20,}",
    "gh[pousr]_[A-Za-z0-9]{30,}",
    "github_pat_[A-Za-z0-9_]{30,}",
    "glpat-[A-Za-z0-9_-]{20,}",
    "xox[abprs]-[A-Za-z0-9-]{10,}",
    "AKIA[0-9A-Z]{16}",
    "AIza[0-9A-Za-z_-]{35}",
  ].join("|")})`,
  "g",
);
const SECRET_NAME = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS)$/i;
const SHORTEST = 12;
const MARK = "[redacted]";

/** Takes secrets out of JSON text: the values of this environment's secret variables, and keys of known services. */
export function redactor(env: Readonly<Record<string, string | undefined>>): (json: string) => string {
  const values = Object.entries(env)
    .flatMap(([name, value]) => (value !== undefined && SECRET_NAME.test(name) ? [value] : []))
    .filter((value) => value.length >= SHORTEST)
    .map((value) => JSON.stringify(value).slice(1, -1));
  return (json) => {
    let clean = json;
    for (const value of values) if (clean.includes(value)) clean = clean.replaceAll(value, MARK);
    return clean.replace(KEYS, MARK);
  };
}
