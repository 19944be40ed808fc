import { comparable } from './domain/address.ts'
import { encodeBase64Url, equalInConstantTime, hex } from './domain/digest.ts'
import { createSealing, type Sealing } from './sealing.ts'

/** Keyed operations; every purpose has a key of its own (HKDF of SECRET_KEY), so that no signature fits another place. */
export type Secrets = Sealing & {
  /** Deterministic signature, 128 bits, base64url: repeated requests must have the same bytes. */
  sign(purpose: Purpose, text: string): Promise<string>
  verify(purpose: Purpose, text: string, signature: string): Promise<boolean>
  /** Keyed hash of an address, hex: equal addresses are found, none can be read back. */
  hashAddress(channel: string, canonical: string): Promise<string>
  /** Six digits for one challenge of one subscriber. */
  code(challenge: string): Promise<string>
  /** The signing secret of one subscriber's webhook, `whsec_...` with 256 bits, by the version of its rotation. */
  webhookSecret(subscriberId: string, version: number): Promise<string>
  /** What another system signs its alerts with, `whsec_...` with 256 bits, by the version of its rotation. */
  alertSecret(source: string, version: number): Promise<string>
  /** A token of 256 random bits, base64url. */
  newToken(): string
}

/** HMAC-SHA-256 under a key that is used again and again. */
export type Hmac = (
  key: Uint8Array<ArrayBuffer>,
) => (text: string) => Uint8Array | Promise<Uint8Array>

export type LinkPurpose = 'confirm' | 'manage' | 'unsubscribe'
export type Purpose = LinkPurpose | 'heartbeat' | 'metric'

const encoder = new TextEncoder()

/** `secretKey` is at least 32 characters of randomness. A machine with a faster HMAC than the web's brings its own. */
export async function createSecrets(secretKey: string, hmac: Hmac = webHmac): Promise<Secrets> {
  const root = await crypto.subtle.importKey('raw', encoder.encode(secretKey), 'HKDF', false, [
    'deriveKey',
    'deriveBits',
  ])
  const derive = async (purpose: string) => {
    const info = encoder.encode(`allclear/${purpose}`)
    const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
    return hmac(new Uint8Array(await crypto.subtle.deriveBits(hkdf, root, 256)))
  }
  const macs = new Map(
    await Promise.all(
      [
        'confirm',
        'manage',
        'unsubscribe',
        'address',
        'code',
        'webhook',
        'alerts',
        'heartbeat',
        'metric',
      ].map(async (purpose) => [purpose, await derive(purpose)] as const),
    ),
  )
  const mac = (purpose: string, text: string) => macs.get(purpose)!(text)

  const sign = async (purpose: Purpose, text: string) =>
    encodeBase64Url((await mac(purpose, text)).subarray(0, 16))

  return {
    sign,
    async verify(purpose, text, signature) {
      return equalInConstantTime(await sign(purpose, text), signature)
    },
    async hashAddress(channel, canonical) {
      return hex(await mac('address', `${channel}:${comparable(channel, canonical)}`))
    },
    async code(challenge) {
      const { buffer, byteOffset } = await mac('code', challenge)
      const number = new DataView(buffer, byteOffset).getUint32(0)
      return String(number % 1_000_000).padStart(6, '0')
    },
    async webhookSecret(subscriberId, version) {
      return signingSecret(await mac('webhook', `${subscriberId}|${version}`))
    },
    async alertSecret(source, version) {
      return signingSecret(await mac('alerts', `${source}|${version}`))
    },
    ...(await createSealing(root)),
    newToken: randomToken,
  }
}

/** As Standard Webhooks write it. */
function signingSecret(bytes: Uint8Array): string {
  return `whsec_${btoa(String.fromCharCode(...bytes))}`
}

const webHmac: Hmac = (bytes) => {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign'])
  return async (text) =>
    new Uint8Array(await crypto.subtle.sign('HMAC', await key, encoder.encode(text)))
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
