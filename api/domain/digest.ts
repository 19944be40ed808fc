const encoder = new TextEncoder()

/** SHA-256, hex: enough for values that are random themselves (ASVS 6.5.2). */
export async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))))
}

export function equalInConstantTime(a: string, b: string): boolean {
  const [left, right] = [encoder.encode(a), encoder.encode(b)]
  let difference = left.length ^ right.length
  for (let i = 0; i < left.length; i++) difference |= left[i]! ^ (right[i] ?? 0)
  return difference === 0
}

/** RFC 4648 section 5, without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i]!, bytes[i + 1], bytes[i + 2]]
    text += sextets[a >> 2]! + sextets[((a & 3) << 4) | ((b ?? 0) >> 4)]!
    if (b !== undefined) text += sextets[((b & 15) << 2) | ((c ?? 0) >> 6)]!
    if (c !== undefined) text += sextets[c & 63]!
  }
  return text
}

const sextets = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
