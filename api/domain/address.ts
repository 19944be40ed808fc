const dotAtom = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/
const hostname = /^(?=.{4,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+(?!\d+$)[a-z\d-]{2,63}$/

/**
 * The one form in which an email address is stored and written to, or null when it is none: the part before the @ as it
 * was written (RFC 5321 leaves its meaning to the receiver), the domain in lower-case ASCII.
 */
export function canonicalEmail(text: string): string | null {
  const address = text.trim()
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  const domain = asciiDomain(address.slice(at + 1))
  if (at < 1 || local.length > 64 || !dotAtom.test(local) || domain === null) return null
  return local.length + domain.length + 1 > 254 ? null : `${local}@${domain}`
}

/**
 * By what addresses are the same: hardly any mailbox minds case, and who left as `ada@` must not be written to as `Ada@`.
 */
export function comparable(channel: string, canonical: string): string {
  return channel === 'email' ? canonical.toLowerCase() : canonical
}

function asciiDomain(domain: string): string | null {
  if (/[^\p{L}\p{M}\p{N}.-]/u.test(domain)) return null
  const url = URL.parse(`http://${domain}`)
  return url && hostname.test(url.hostname) ? url.hostname : null
}

/** An address that can be shown without being given away: `a•••@example.com`, `+49•••1234`, `https://host/•••1234`. */
export function redact(address: string): string {
  if (address.startsWith('https://')) return `${new URL(address).origin}/•••${address.slice(-4)}`
  const at = address.lastIndexOf('@')
  return at > 0
    ? `${address.slice(0, 1)}•••${address.slice(at)}`
    : `${address.slice(0, 3)}•••${address.slice(-4)}`
}
