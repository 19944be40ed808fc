import { encodeBase64Url } from './domain/digest.ts'

/** Keeps what others entrusted to us readable for us alone, and only in its place. */
export type Sealing = {
  /** `place` says where it lies; moved elsewhere it cannot be read. */
  seal(place: string, text: string): Promise<string>
  /** Null when it was sealed with another SECRET_KEY, for another place, or was changed. */
  unseal(place: string, sealed: string): Promise<string | null>
}

const encoder = new TextEncoder()
const IV_BYTES = 12

/** AES-GCM under a key of its own (HKDF of SECRET_KEY): `v1.` and base64url of nonce and ciphertext. */
export async function createSealing(root: CryptoKey): Promise<Sealing> {
  const key = await crypto.subtle.deriveKey(
    {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: new Uint8Array(),
      info: encoder.encode('allclear/seal'),
    },
    root,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
  const cipher = (place: string, iv: Uint8Array<ArrayBuffer>) => ({
    name: 'AES-GCM',
    iv,
    additionalData: encoder.encode(place),
  })

  return {
    async seal(place, text) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
      const sealed = await crypto.subtle.encrypt(cipher(place, iv), key, encoder.encode(text))
      return `v1.${encodeBase64Url(new Uint8Array([...iv, ...new Uint8Array(sealed)]))}`
    },
    async unseal(place, sealed) {
      const bytes = decode(sealed)
      if (!bytes) return null
      const [iv, text] = [bytes.slice(0, IV_BYTES), bytes.slice(IV_BYTES)]
      try {
        return new TextDecoder().decode(await crypto.subtle.decrypt(cipher(place, iv), key, text))
      } catch {
        return null
      }
    },
  }
}

function decode(sealed: string): Uint8Array<ArrayBuffer> | null {
  const [, text] = /^v1\.([\w-]+)$/.exec(sealed) ?? []
  if (!text) return null
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))
}
