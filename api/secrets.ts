import { comparable } from './domain/address.ts'
import { encodeBase64Url, equalInConstantTime, hex } from './domain/digest.ts'

/** Keyed operations; every purpose has a key of its own (HKDF of SECRET_KEY), so that no signature fits another place. */
export type Secrets = {
  /** Deterministic signature, 128 bits, base64url: repeated requests must have the same bytes. */
  sign(purpose: Purpose, text: string): Promise<string>
  verify(purpose: Purpose, text: string, signature: string): Promise<boolean>
  /** Keyed hash of an address, hex: equal addresses are found, none can be read back. */
  hashAddress(channel: string, canonical: string): Promise<string>
  /** Six digits for one challenge of one subscriber. */
  code(challenge: string): Promise<string>
  /** The signing secret of one subscriber's webhook, `whsec_...` with 256 bits, by the version of its rotation. */
  webhookSecret(subscriberId: string, version: number): Promise<string>
  /** A token of 256 random bits, base64url. */
  newToken(): string
}

export type Purpose = 'confirm' | 'manage' | 'unsubscribe'

const encoder = new TextEncoder()

/** `secretKey` is at least 32 characters of randomness. */
export async function createSecrets(secretKey: string): Promise<Secrets> {
  const root = await crypto.subtle.importKey('raw', encoder.encode(secretKey), 'HKDF', false, [
    'deriveKey',
  ])
  const derive = (purpose: string) =>
    crypto.subtle.deriveKey(
      {
        name: 'HKDF',
        hash: 'SHA-256',
        salt: new Uint8Array(),
        info: encoder.encode(`allclear/${purpose}`),
      },
      root,
      { name: 'HMAC', hash: 'SHA-256', length: 256 },
      false,
      ['sign', 'verify'],
    )
  const keys = new Map(
    await Promise.all(
      ['confirm', 'manage', 'unsubscribe', 'address', 'code', 'webhook'].map(
        async (purpose) => [purpose, await derive(purpose)] as const,
      ),
    ),
  )
  const mac = async (purpose: string, text: string) =>
    new Uint8Array(await crypto.subtle.sign('HMAC', keys.get(purpose)!, encoder.encode(text)))

  const sign = async (purpose: Purpose, text: string) =>
    encodeBase64Url((await mac(purpose, text)).slice(0, 16))

  return {
    sign,
    async verify(purpose, text, signature) {
      return equalInConstantTime(await sign(purpose, text), signature)
    },
    async hashAddress(channel, canonical) {
      return hex(await mac('address', `${channel}:${comparable(channel, canonical)}`))
    },
    async code(challenge) {
      const number = new DataView((await mac('code', challenge)).buffer).getUint32(0)
      return String(number % 1_000_000).padStart(6, '0')
    },
    async webhookSecret(subscriberId, version) {
      const secret = await mac('webhook', `${subscriberId}|${version}`)
      return `whsec_${btoa(String.fromCharCode(...secret))}`
    },
    newToken: randomToken,
  }
}

/** A token of 256 random bits, base64url. */
export function randomToken(): string {
  return encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)))
}

/** An id of a public object: 12 lower-case alphanumerics, unbiased. */
export function newId(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
  let id = ''
  while (id.length < 12) {
    for (const byte of crypto.getRandomValues(new Uint8Array(16)))
      if (byte < 252 && id.length < 12) id += alphabet[byte % 36]
  }
  return id
}
