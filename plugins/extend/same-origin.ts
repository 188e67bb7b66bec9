/** A request could not be made, because it would have taken headers to where they do not belong. */
export class OtherOrigin extends Error {}

const MOST_REDIRECTS = 5;

/**
 * A `fetch` for the server at `url` with its configured `headers`. They go to that server's origin and nowhere else:
 * requests to other origins are made without them, and a redirect that leaves the origin is refused with `OtherOrigin`.
 * Headers that a request brings along itself come first, whatever their case.
 */
export function sameOriginFetch(
  url: string,
  headers: Readonly<Record<string, string>>,
  fetcher: typeof fetch = fetch,
): typeof fetch {
  const home = new URL(url).origin;
  return async (input, init) => {
    const request = new Request(input, init);
    let address = new URL(request.url);
    if (address.origin !== home) return fetcher(request);
    for (const [name, value] of Object.entries(headers))
      if (!request.headers.has(name)) request.headers.set(name, value);
    // A body can be sent once; it is kept for redirects that ask for it again.
    const body = request.body === null ? undefined : await request.arrayBuffer();
    let how: RequestInit = { method: request.method, headers: request.headers, signal: request.signal };
    if (body) how = { ...how, body };
    for (let hop = 0; ; hop++) {
      const response = await fetcher(address, { ...how, redirect: "manual" });
      const target = redirectOf(response, address);
      if (!target) return response;
      await response.body?.cancel();
      if (target.origin !== home) {
        throw new OtherOrigin(
          `${home} sends on to ${target.origin}, where its headers must not go; configure that address.`,
        );
      }
      if (hop === MOST_REDIRECTS) throw new Error(`${home} redirects more than ${MOST_REDIRECTS} times.`);
      how = afterRedirect(response.status, how);
      address = target;
    }
  };
}

function redirectOf(response: Response, from: URL): URL | undefined {
  const location = response.headers.get("location");
  const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && location !== null;
  return isRedirect && URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
}

/** 303, and 301 or 302 to a POST, ask for the other page by GET. */
function afterRedirect(status: number, how: RequestInit): RequestInit {
  const isGet = status === 303 ? how.method !== "HEAD" : (status === 301 || status === 302) && how.method === "POST";
  if (!isGet) return how;
  const { body: _, ...rest } = how;
  const headers = new Headers(rest.headers);
  for (const name of ["content-type", "content-length", "content-encoding", "content-language"]) headers.delete(name);
  return { ...rest, method: "GET", headers };
}
