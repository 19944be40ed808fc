import { z } from '@hono/zod-openapi'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { webhookOf } from '../../../../api/domain/letters/letter-webhook.ts'
import { fillPlaces, withoutPlaces, type Letter } from '../../../../api/domain/letters/letter.ts'
import { componentStatuses, impacts, updateStatuses } from '../../../../api/domain/words.ts'
import { incident } from '../../../site/fixtures.ts'
import { everyLetter, letterOf } from '../../../site/letters.ts'
import { anyLetter } from './any-letter.ts'

const token = 'v1.subscriber01.lkj3h4kjh.abcdefghijklmnopqrstuv'
const link = 'https://a-long-name-of-a-status-page.customer.example'
const receiver = {
  confirm: `${link}/subscriptions/confirm?token=${token}`,
  manage: `${link}/subscriptions/manage?token=v1.subscriber01.1.abcdefghijklmnopqrstuv`,
  unsubscribe: `${link}/unsubscribe?token=v1.subscriber01.1.abcdefghijklmnopqrstuv`,
  locale: 'en',
  time_zone: 'Pacific/Chatham',
}

function sent(letter: Letter): string {
  return fillPlaces(webhookOf(letter), receiver)
}

const instant = z.iso.datetime({ precision: 3 })
const status = z.enum(componentStatuses)
const updateObject = z.strictObject({
  id: z.string(),
  status: z.enum(updateStatuses),
  body: z.string(),
  incident_id: z.string(),
  created_at: instant,
  updated_at: instant,
  display_at: instant,
  affected_components: z.array(
    z.strictObject({ code: z.string(), name: z.string(), old_status: status, new_status: status }),
  ),
  deliver_notifications: z.literal(true),
})
const incidentObject = z.strictObject({
  id: z.string(),
  name: z.string(),
  status: z.enum(updateStatuses),
  created_at: instant,
  updated_at: instant,
  monitoring_at: instant.nullable(),
  resolved_at: instant.nullable(),
  impact: z.enum(impacts),
  shortlink: z.url(),
  started_at: instant,
  page_id: z.string(),
  next_update_at: instant.nullable(),
  scheduled_for: instant.optional(),
  scheduled_until: instant.optional(),
  incident_updates: z.array(updateObject).min(1),
  postmortem_body: z.string().optional(),
})
const pageObject = z.strictObject({
  id: z.string(),
  name: z.string(),
  url: z.url(),
  time_zone: z.string(),
})
const subscription = z.strictObject({ manage_url: z.url(), unsubscribe_url: z.url() })
const event = z.strictObject({
  type: z.string().regex(/^[a-z]+(\.[a-z]+)?$/),
  timestamp: instant,
  data: z.union([
    z.strictObject({ challenge: z.literal(token), confirm_url: z.url(), manage_url: z.url() }),
    z.strictObject({
      page: pageObject,
      incident: incidentObject,
      components: z.array(z.strictObject({ id: z.string(), name: z.string(), status })),
      truncated: z.boolean(),
      subscription,
    }),
    z.strictObject({
      page: pageObject,
      since: instant,
      until: instant,
      incidents: z.array(incidentObject),
      subscription,
    }),
    z.strictObject({ page: pageObject, subscription }),
  ]),
})

describe('a webhook', () => {
  test.each([
    ['incident_opened', 'incident.opened'],
    ['incident_updated', 'incident.updated'],
    ['incident_resolved', 'incident.resolved'],
    ['maintenance_scheduled', 'maintenance.scheduled'],
    ['maintenance_reminder', 'maintenance.reminder'],
    ['maintenance_started', 'maintenance.started'],
    ['maintenance_updated', 'maintenance.updated'],
    ['maintenance_moved', 'maintenance.moved'],
    ['maintenance_extended', 'maintenance.extended'],
    ['maintenance_completed', 'maintenance.completed'],
    ['maintenance_cancelled', 'maintenance.cancelled'],
    ['postmortem_published', 'postmortem.published'],
    ['confirmation', 'subscription.challenge'],
    ['already_subscribed', 'subscription.exists'],
    ['digest', 'digest'],
  ])('of the kind %s is called %s', (kind, type) => {
    const [, , letter] = everyLetter.find(([known]) => known === kind)!
    const body = event.parse(JSON.parse(sent(letter)))
    expect(body.type).toBe(type)
    expect(body.timestamp).toBe('2026-11-21T02:12:00.000Z')
  })

  test('tells an update in the words of Statuspage', () => {
    const body = JSON.parse(sent(letterOf('incident_updated'))) as { data: object }
    expect(body.data).toMatchObject({
      incident: {
        id: 'incident0001',
        status: 'identified',
        shortlink: incident.url,
        started_at: '2026-11-21T01:12:00.000Z',
        incident_updates: [
          {
            id: 'update000002',
            body: incident.updates[0]!.body,
            affected_components: [
              {
                code: 'checkout0001',
                old_status: 'degraded_performance',
                new_status: 'partial_outage',
              },
            ],
          },
        ],
      },
      components: [{ id: 'checkout0001', name: 'Shop - Checkout', status: 'partial_outage' }],
      subscription: { manage_url: receiver.manage, unsubscribe_url: receiver.unsubscribe },
      truncated: false,
    })
  })

  test('challenges with the token of its link, and with nothing that anybody typed', () => {
    const body = JSON.parse(sent(letterOf('confirmation', incident))) as object
    expect(body).toMatchObject({ data: { challenge: token, confirm_url: receiver.confirm } })
    expect(JSON.stringify(body)).not.toContain('Card payments')
  })

  test('has less than 20 KB, whatever anybody wrote', () => {
    fc.assert(
      fc.property(anyLetter, (letter) => {
        const text = sent(JSON.parse(withoutPlaces(JSON.stringify(letter))) as Letter)
        expect(Buffer.byteLength(text)).toBeLessThan(20_000)
        expect(event.safeParse(JSON.parse(text)).error).toBeUndefined()
      }),
    )
  })

  test('says that it leaves something out', () => {
    const updates = [{ ...incident.updates[0]!, body: 'We are looking. '.repeat(2000) }]
    const text = sent(letterOf('incident_updated', { ...incident, updates }))
    expect(JSON.parse(text)).toMatchObject({ data: { truncated: true } })
  })
})
