import type { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import type { Receipt } from '../domain/delivery.ts'
import { parseJson } from './http.ts'
import type { Callback, CallbackEvents } from './provider.ts'

const toleranceSeconds = 300

const event = z.object({
  type: z.string(),
  data: z.object({
    email_id: z.string().nullish().catch(null),
    tags: z.record(z.string(), z.unknown()).nullish().catch(null),
    bounce: z
      .object({
        type: z.string().catch(''),
        subType: z.string().optional().catch(undefined),
        message: z.string().optional().catch(undefined),
      })
      .nullish()
      .catch(null),
    failed: z.object({ reason: z.string() }).nullish().catch(null),
    suppressed: z.object({ message: z.string() }).nullish().catch(null),
  }),
})
type Event = z.infer<typeof event>

/** Resend signs with Standard Webhooks under svix's header names; it sends events late, twice and out of order. */
export function readEvents(
  callback: Callback,
  signer: Webhook | null,
  now: number,
): CallbackEvents | null {
  const id = callback.headers.get('svix-id') ?? ''
  if (signer === null || !isSigned(callback, id, signer, now)) return null
  const parsed = event.safeParse(parseJson(callback.body))
  const word = parsed.success ? readWord(parsed.data) : undefined
  if (!parsed.success || word === undefined) return { receipts: [], inbound: [] }
  const { email_id, tags } = parsed.data.data
  const receipt = {
    event_id: id,
    delivery: readDelivery(tags?.['d']),
    announcement: readAnnouncement(tags?.['a']),
    provider_id: email_id ?? null,
  }
  return { receipts: [{ ...receipt, ...word }], inbound: [] }
}

/** The library's own check reads the machine's clock, so only its signature is used. */
function isSigned({ headers, body }: Callback, id: string, signer: Webhook, now: number): boolean {
  const timestamp = headers.get('svix-timestamp') ?? ''
  if (id === '' || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds) return false
  const expected = signer.sign(id, new Date(Number(timestamp) * 1000), body)
  const given = (headers.get('svix-signature') ?? '').split(' ')
  return given.some((signature) => isEqual(signature, expected))
}

/** Takes the same time wherever the difference is. */
function isEqual(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false
  let difference = 0
  for (let i = 0; i < given.length; i++) difference |= given.charCodeAt(i) ^ expected.charCodeAt(i)
  return difference === 0
}

/** What an event says of a delivery; nothing for those that are not about one. */
function readWord({
  type,
  data,
}: Event): Pick<Receipt, 'state' | 'code' | 'reason' | 'suppress'> | undefined {
  switch (type) {
    case 'email.sent':
      return { state: 'accepted' }
    case 'email.delivery_delayed':
      return { state: 'delayed' }
    case 'email.delivered':
      return { state: 'delivered' }
    case 'email.bounced':
      return {
        state: 'bounced',
        code: data.bounce?.subType,
        reason: data.bounce?.message,
        suppress: data.bounce?.type.toLowerCase() === 'permanent' ? 'bounce' : undefined,
      }
    case 'email.complained':
      return { state: 'complained', suppress: 'complaint' }
    case 'email.failed':
      return { state: 'failed', reason: data.failed?.reason }
    case 'email.suppressed':
      return { state: 'suppressed', reason: data.suppressed?.message, suppress: 'provider' }
    default:
      return undefined
  }
}

function readDelivery(tag: unknown): number | null {
  return typeof tag === 'string' && /^\d{1,15}$/.test(tag) ? Number(tag) : null
}

function readAnnouncement(tag: unknown): string | null {
  return typeof tag === 'string' ? tag : null
}
