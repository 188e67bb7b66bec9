import { EXIT, UserError, messageOf } from "../../../../schemas/errors.js";
import type { Progress } from "../progress.js";
import { isLoopback } from "../source/git-url.js";
import { bytesText } from "./limits.js";

export interface DownloadOptions {
  readonly limit: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly progress?: Progress;
}

const MOST_REDIRECTS = 5;
const TIMEOUT = 300_000;

/** Fetches a file over https (plain http from this machine only). Headers never follow to another origin. */
export async function download(address: string, options: DownloadOptions): Promise<Uint8Array> {
  let url = checkUrl(address);
  const signal = AbortSignal.timeout(TIMEOUT);
  try {
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const same = url.origin === new URL(address).origin;
      const headers = same ? { ...options.headers } : {};
      const response = await fetch(url, { headers, redirect: "manual", signal });
      const next = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && next !== null) {
        await response.body?.cancel();
        const to = checkUrl(new URL(next, url).href);
        if (isLoopback(to.hostname) && !isLoopback(url.hostname))
          throw new UserError("it leads on to this machine, which only addresses of this machine may");
        url = to;
        continue;
      }
      if (!response.ok) throw new UserError(`the server answers ${response.status}`);
      return await body(response, options);
    }
    throw new UserError(`it leads on more than ${MOST_REDIRECTS} times`);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new UserError(`${address} could not be fetched: ${messageOf(cause).replace(/\.$/, "")}.`, EXIT.failed);
  } finally {
    options.progress?.clear();
  }
}

/** Throws a UserError for an address that must not be fetched. */
function checkUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url) throw new UserError(`${JSON.stringify(address)} is no address.`);
  const fine = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  if (!fine) throw new UserError(`${address} is not used: only https addresses are.`);
  if (url.username !== "" || url.password !== "")
    throw new UserError(`${url.origin} is not used: there is a password in it.`);
  return url;
}

async function body(response: Response, { limit, progress }: DownloadOptions): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const total = Number(response.headers.get("content-length")) || undefined;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > limit) throw new UserError(`it is larger than ${bytesText(limit)}`);
    parts.push(part);
    const of = total === undefined ? "" : ` of ${bytesText(total)}`;
    progress?.show(`Downloading ${new URL(response.url).host}: ${bytesText(length)}${of}`);
  }
  return Buffer.concat(parts);
}
