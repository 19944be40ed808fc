/**
 * The network that an internet address belongs to, as far as one household or office goes: /24 of IPv4, /56 of IPv6. Null
 * for addresses of our own side: behind a proxy everybody has the same one, so it says nothing of who asks.
 */
export function networkOf(ip: string | null | undefined): string | null {
  const address = ip?.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase()
  if (!address || isOwn(address)) return null
  if (!address.includes(':')) return address.split('.').slice(0, 3).join('.')
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter(Boolean)
  if (tail !== undefined) {
    const rest = tail.split(':').filter(Boolean)
    while (groups.length + rest.length < 8) groups.push('0')
    groups.push(...rest)
  }
  const [a, b, c, d] = groups.map((group) => Number.parseInt(group, 16))
  return [a, b, c, d! >> 8].map((group) => group!.toString(16)).join(':')
}

function isOwn(address: string): boolean {
  return address.includes(':')
    ? /^(::1$|f[cd]|fe[89ab])/.test(address)
    : /^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(
        address,
      )
}
