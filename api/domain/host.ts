/**
 * The one form of a host that is a name or an address in any of its spellings (127.1, 0x7f000001, ①②⑦.⓪.⓪.①, IPv6 with
 * or without brackets), brackets left off; null when it is neither.
 */
export function canonicalHost(text: string): string | null {
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  if (bare.includes(':')) return URL.parse(`http://[${bare}]/`)?.hostname.slice(1, -1) ?? null
  if (bare === '' || /[\s/\\?#@[\]%]/.test(bare)) return null
  const host = URL.parse(`http://${bare}/`)?.hostname
  return host !== undefined && /^[a-z\d_-]+(\.[a-z\d_-]+)*\.?$/.test(host) ? host : null
}

/** Whether a canonical host is an address; names never end in a number. */
export function isAddress(host: string): boolean {
  return host.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(host)
}

/** Address and port of a server such as `9.9.9.9`, `9.9.9.9:53` or `[2620:fe::fe]:53`; null when it is none. */
export function endpointOf(
  text: string,
  usualPort: number,
): { address: string; port: number } | null {
  const isBare = text.split(':').length > 2 && !text.startsWith('[')
  const [, host = '', port] = isBare ? ['', text] : (/^(.*?)(?::(\d{1,5}))?$/.exec(text) ?? [])
  const [address, number] = [canonicalHost(host), Number(port ?? usualPort)]
  if (address === null || !isAddress(address) || number < 1 || number > 65_535) return null
  return { address, port: number }
}
