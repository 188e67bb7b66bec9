import { detailOf, failureOf, malformedFailure, retryAfter, type Endpoint } from "./failure.js";
import { httpFetch, type HttpInit, type HttpResponse } from "./http-fetch.js";
import { statusFailure } from "./status-failure.js";

/** `fetch` as an SDK wants it, over `httpFetch`. */
export type CheckedFetch = (input: string | URL, init?: HttpInit) => Promise<HttpResponse>;

/**
 * A `fetch` for one endpoint that throws a Failure for whatever is not a good answer: no connection, a status of
 * 300 and above, or, with `expect`, another content type (compared by its beginning). An SDK given this never sees an error answer; its
 * wrapper is taken off again by `failureOf`.
 */
export function checkedFetch(endpoint: Endpoint, expect?: string): CheckedFetch {
  return async (input, init) => {
    let response: HttpResponse;
    try {
      response = await httpFetch(input, init);
    } catch (error) {
      throw failureOf(error, endpoint);
    }
    if (!response.ok) throw await errorAnswer(response, endpoint);
    const type = response.headers.get("content-type") ?? "";
    if (expect && !type.toLowerCase().startsWith(expect)) throw await wrongType(response, type, endpoint);
    return response;
  };
}

async function errorAnswer(response: HttpResponse, endpoint: Endpoint): Promise<Error> {
  const detail = detailOf(await response.text().catch(() => ""));
  const retryAfterMs = retryAfter(response.headers);
  return statusFailure({ status: response.status, ...detail, retryAfterMs }, endpoint);
}

async function wrongType(response: HttpResponse, type: string, endpoint: Endpoint): Promise<Error> {
  const json = type.toLowerCase().startsWith("application/json");
  const { message } = json ? detailOf(await response.text().catch(() => "")) : { message: "" };
  response.cancel();
  const got = `is ${type || "of no type"} and not an event stream${message && ` (${message})`}`;
  return malformedFailure(endpoint, `${got}: check ${endpoint.urlName}`, false);
}
