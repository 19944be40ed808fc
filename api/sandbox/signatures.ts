/** Signatures as the providers make them, written apart from the libraries that check them. */

/** Standard Webhooks: `v1,` and the HMAC-SHA256 of id, time in seconds and body. */
export async function svixSignature(
  secret: string,
  id: string,
  timestamp: number,
  body: string,
): Promise<string> {
  const key = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (char) => char.charCodeAt(0))
  return `v1,${await hmac('SHA-256', key, `${id}.${timestamp}.${body}`)}`
}

/** Twilio: the HMAC-SHA1 of the URL followed by each field's name and value, sorted by name. */
export function twilioSignature(
  authToken: string,
  url: string,
  fields: Record<string, string>,
): Promise<string> {
  const sorted = Object.keys(fields).toSorted()
  const signed = url + sorted.map((name) => name + fields[name]).join('')
  return hmac('SHA-1', new TextEncoder().encode(authToken), signed)
}

async function hmac(
  hash: string,
  secret: Uint8Array<ArrayBuffer>,
  signed: string,
): Promise<string> {
  const algorithm = { name: 'HMAC', hash }
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(signed))
  return btoa(String.fromCharCode(...new Uint8Array(signature)))
}
