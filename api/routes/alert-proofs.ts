import { Webhook } from 'standardwebhooks'
import { equalInConstantTime, hex } from '../domain/digest.ts'
import type { AlertSourceKind } from '../domain/words.ts'

export type Claim = { headers: Headers; body: string; secret: string; now: number }

/** One way of proving where a request comes from; null when it does not even try. */
type Proof = (claim: Claim) => Promise<boolean> | boolean | null

const TOLERANCE_SECONDS = 300

/** How each kind of system can prove itself; the first way that it tries decides. */
const proofs: Record<AlertSourceKind, Proof[]> = {
  // It signs nothing.
  alertmanager: [bearer],
  grafana: [grafanaSignature, bearer],
  sentry: [sentrySignature],
  generic: [standardWebhook, plainSignature, bearer],
}

/** Whether a request comes from who knows the secret; null where it carries no proof at all. */
export async function isProved(kind: AlertSourceKind, claim: Claim): Promise<boolean | null> {
  for (const proof of proofs[kind]) {
    const proved = await proof(claim)
    if (proved !== null) return proved
  }
  return null
}

function bearer({ headers, secret }: Claim): boolean | null {
  const authorization = headers.get('authorization')
  if (authorization === null) return null
  const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? ''
  return equalInConstantTime(token, secret)
}

/** https://www.standardwebhooks.com; the library's own check reads the machine's clock, so only its signature is used. */
function standardWebhook({ headers, body, secret, now }: Claim): boolean | null {
  const given = headers.get('webhook-signature')
  if (given === null) return null
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  if (id === '' || !isFresh(timestamp, now)) return false
  const expected = signerOf(secret)?.sign(id, new Date(Number(timestamp) * 1000), body)
  if (expected === undefined) return false
  return given.split(' ').some((signature) => equalInConstantTime(signature, expected))
}

/** A secret that somebody chose need not be base64. */
function signerOf(secret: string): Webhook | null {
  try {
    return new Webhook(secret)
  } catch {
    return null
  }
}

function plainSignature({ headers, body, secret }: Claim): Promise<boolean> | null {
  const given = headers.get('x-signature')
  return given === null ? null : isSignature(given.replace(/^sha256=/, ''), secret, body)
}

function sentrySignature({ headers, body, secret }: Claim): Promise<boolean> | null {
  const given = headers.get('sentry-hook-signature')
  return given === null ? null : isSignature(given, secret, body)
}

/** With a header for the time it signs the time too; its name is whatever is entered there, so we name it. */
function grafanaSignature({ headers, body, secret, now }: Claim): Promise<boolean> | false | null {
  const given = headers.get('x-grafana-alerting-signature')
  if (given === null) return null
  const timestamp = headers.get('x-grafana-alerting-signature-timestamp')
  if (timestamp === null) return isSignature(given, secret, body)
  return isFresh(timestamp, now) && isSignature(given, secret, `${timestamp}:${body}`)
}

function isFresh(timestamp: string, now: number): boolean {
  return (
    /^\d{1,12}$/.test(timestamp) && Math.abs(now / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS
  )
}

const encoder = new TextEncoder()

/** HMAC-SHA256 of a text, hex, by the secret as it is written. */
async function isSignature(given: string, secret: string, text: string): Promise<boolean> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, [
    'sign',
  ])
  const expected = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text)))
  return equalInConstantTime(given.trim().toLowerCase(), hex(expected))
}
