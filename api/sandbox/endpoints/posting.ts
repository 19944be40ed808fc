/** A fetch that takes any https URL and brings the request to `wire` instead: whoever is asked, the sandbox answers. */
export function postingTo(wire: string, fetch: typeof globalThis.fetch): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    if (!request.url.startsWith('https:'))
      throw new TypeError('fetch failed: only https is posted to')
    const [url] = request.url.split('#')
    return fetch(new Request(`${wire}/${encodeURIComponent(url!)}`, request))
  }
}
