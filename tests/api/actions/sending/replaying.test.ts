import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { addUpdate, giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { rescheduleMaintenance } from '../../../../api/actions/maintenances/changing.ts'
import { replay, type Replay } from '../../../../api/actions/sending/replaying.ts'
import { stopTelling } from '../../../../api/actions/sending/stopping.ts'
import { suppress } from '../../../../api/actions/subscribers/suppressions.ts'
import { expandAnnouncements } from '../../../../api/actions/telling/announcements.ts'
import { announcementProgress } from '../../../../api/actions/telling/progress.ts'
import type { Deps } from '../../../../api/deps.ts'
import { DAY, HOUR } from '../../../../api/domain/time.ts'
import { announcements, auditLog, deliveries, subscribers } from '../../../../db/schema.ts'
import { allClear, states } from '../../../support/deliveries.ts'
import { endAs, lastAnnouncement } from '../../../support/ledger.ts'
import { planWork } from '../../../support/maintaining.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { openTrouble, operator, tellingWorld, tick } from '../../../support/telling.ts'

/** A shop whose incident eight people heard of, or did not. */
async function troubled(wishes = {}) {
  const made = await tellingWorld()
  await subscribePeople(made.deps, 8, 'email', wishes)
  const incident = await openTrouble(made.deps)
  await expandAnnouncements(made.deps)
  const { id } = await lastAnnouncement(made.deps)
  await endAs(made.deps, id, [
    ['dead', 'spend_limit', 'no money'],
    ['dead', 'timeout', 'no answer'],
    ['expired'],
    ['unknown', 'too_late'],
    ['failed', 'validation_error'],
    ['delivered'],
    ['dead', 'timeout'],
    ['dead', 'timeout'],
  ])
  return Object.assign(made, { incident, id })
}

const update = {
  status: 'identified' as const,
  body: 'It is a disk.',
  components: [],
  nextUpdateAt: null,
  notify: true,
}

describe('sending again', () => {
  test.each<[string, Replay, number, object[]]>([
    ['whoever was given up, unless more is said', {}, 5, []],
    ['only one kind of end', { states: ['expired'] }, 1, []],
    ['only one kind of trouble', { codes: ['timeout'] }, 3, []],
    ['those without a code', { codes: [null] }, 1, []],
    ['nobody on another channel', { channels: ['sms'] }, 0, []],
    ['those who were refused, when named', { states: ['failed'] }, 1, []],
    [
      'nobody who may have heard it',
      { states: ['dead', 'unknown'] },
      4,
      [{ reason: 'perhaps_told', count: 1 }],
    ],
    [
      'those who may have heard it, when somebody says so',
      { states: ['unknown'], evenIfTold: true },
      1,
      [],
    ],
  ])('tells %s', async (_, asked, replayed, left) => {
    await using on = await troubled()
    expect(await replay(on.deps, operator, on.id, asked)).toEqual({ replayed, left })
    expect((await states(on.deps))['pending'] ?? 0).toBe(replayed)
  })

  test('reaches them under a new key, though it was too late before', async () => {
    await using on = await troubled()
    on.clock.advance(2 * DAY)
    await replay(on.deps, operator, on.id, {})
    const [first] = await on.deps.db.select().from(deliveries)
    expect(first).toMatchObject({
      state: 'pending',
      replays: 1,
      batchId: null,
      providerId: null,
      code: null,
      reason: null,
    })
    await tick(on.deps)
    expect(on.post.sandbox.mails.total).toBe(5)
    expect(await states(on.deps)).toEqual({ accepted: 5, unknown: 1, failed: 1, delivered: 1 })
  })

  test('leaves out who left, and who is in quarantine, and says how many', async () => {
    await using on = await troubled()
    const people = await on.deps.db.select().from(subscribers)
    await on.deps.db
      .update(subscribers)
      .set({ state: 'unsubscribed' })
      .where(eq(subscribers.seq, people[0]!.seq))
    await on.deps.db.write(suppress(on.deps, people[1]!, 'bounce', ''))
    expect(await replay(on.deps, operator, on.id, {})).toEqual({
      replayed: 3,
      left: [
        { reason: 'gone', count: 1 },
        { reason: 'suppressed', count: 1 },
      ],
    })
  })

  test('is recorded once with who asked for what', async () => {
    await using on = await troubled()
    await replay(on.deps, operator, on.id, { codes: ['timeout'] })
    const [entry] = await on.deps.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.action, 'announcement.replayed'))
    expect(entry).toMatchObject({
      actor: 'tester',
      object: `announcements/${on.id}`,
      detail: { codes: ['timeout'], replayed: 3, left: [] },
    })
  })

  test('is done once by two who ask at the same moment', async () => {
    await using on = await troubled()
    await Promise.all([
      replay(on.deps, operator, on.id, {}),
      replay(on.deps, operator, on.id, {}),
      replay(on.deps, operator, on.id, {}),
    ])
    const rows = await on.deps.db.select().from(deliveries)
    expect(Math.max(...rows.map(({ replays }) => replays))).toBe(1)
  })

  test('is done once per Idempotency-Key, with the same answer', async () => {
    await using on = await troubled()
    const actor = { ...operator, idempotency: { key: 'k', requestHash: 'h' } }
    const first = await replay(on.deps, actor, on.id, {})
    await endAs(on.deps, on.id, [['dead']])
    expect(await replay(on.deps, actor, on.id, {})).toEqual(first)
    expect((await states(on.deps))['dead']).toBe(1)
  })

  test('is done in pieces that hold up nobody', async () => {
    await using on = await tellingWorld()
    await subscribePeople(on.deps, 1201)
    await openTrouble(on.deps)
    await expandAnnouncements(on.deps)
    await on.deps.db.update(deliveries).set({ state: 'dead' })
    const { id } = await lastAnnouncement(on.deps)
    expect(await replay(on.deps, operator, id, {})).toEqual({ replayed: 1201, left: [] })
    expect(await states(on.deps)).toEqual({ pending: 1201 })
  })
})

describe('stale news', () => {
  test('is not sent again to those who hear the newer word', async () => {
    await using on = await troubled()
    await addUpdate(on.deps, operator, on.incident, update)
    await expect(replay(on.deps, operator, on.id, {})).rejects.toThrow(/newer update/)
  })

  test('is sent again to those who get no newer word', async () => {
    await using on = await troubled({ updates: 'start_and_end' })
    await addUpdate(on.deps, operator, on.incident, update)
    expect(await replay(on.deps, operator, on.id, {})).toEqual({ replayed: 5, left: [] })
  })

  test('is not sent again when all is over, but the all-clear is', async () => {
    await using on = await troubled()
    await giveAllClear(on.deps, operator, on.incident, allClear, true)
    await expect(replay(on.deps, operator, on.id, {})).rejects.toThrow(/stale/)
    await expandAnnouncements(on.deps)
    const { id } = await lastAnnouncement(on.deps)
    await endAs(on.deps, id, [['dead']])
    expect(await replay(on.deps, operator, id, {})).toEqual({ replayed: 1, left: [] })
  })

  test('is not sent again when it became untrue quietly, and nothing newer is spoken of', async () => {
    await using on = await troubled()
    await giveAllClear(on.deps, operator, on.incident, allClear, false)
    await expect(replay(on.deps, operator, on.id, {})).rejects.toThrow(/true no more/)
    const plan = await planWork(on.deps)
    await expandAnnouncements(on.deps)
    const { id } = await lastAnnouncement(on.deps)
    const scheduledUntil = on.clock.now() + 3 * DAY
    const moved = { scheduledFor: scheduledUntil - HOUR, scheduledUntil, notify: false }
    await rescheduleMaintenance(on.deps, operator, plan, moved)
    await on.deps.db.update(deliveries).set({ state: 'dead' })
    await expect(replay(on.deps, operator, id, {})).rejects.toThrow(/true no more/)
  })

  test.each<[string, (deps: Deps, id: string) => Promise<unknown>, RegExp]>([
    ['what is unknown', async () => undefined, /there is no announcement/],
    [
      'what was stopped',
      async (deps, id) =>
        deps.db.update(announcements).set({ stoppedAt: 1 }).where(eq(announcements.id, id)),
      /stopped/,
    ],
    [
      'what was forgotten',
      async (deps, id) =>
        deps.db.update(announcements).set({ foldedAt: 1 }).where(eq(announcements.id, id)),
      /old/,
    ],
    [
      'a confirmation',
      async (deps, id) =>
        deps.db.update(announcements).set({ kind: 'confirmation' }).where(eq(announcements.id, id)),
      /page of its subscriber/,
    ],
  ])('%s is not sent again', async (what, make, why) => {
    await using on = await troubled()
    await make(on.deps, on.id)
    const id = what === 'what is unknown' ? 'nothing' : on.id
    await expect(replay(on.deps, operator, id, {})).rejects.toThrow(why)
  })
})

describe('stopping', () => {
  test('leaves who waits untold, says so, and is recorded with its reason', async () => {
    await using on = await tellingWorld()
    await subscribePeople(on.deps, 3)
    await openTrouble(on.deps)
    await expandAnnouncements(on.deps)
    const { id } = await lastAnnouncement(on.deps)
    await endAs(on.deps, id, [['accepted']])
    await stopTelling(on.deps, operator, id, 'wrong words')
    expect(await announcementProgress(on.deps, id)).toMatchObject({
      stopped_at: '2026-11-21T12:00:00.000Z',
      channels: [{ remaining_ms: null }],
    })
    const [entry] = await on.deps.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.action, 'announcement.stopped'))
    expect(entry!.detail).toEqual({ reason: 'wrong words', total: 3, told: 1, left: 2 })
    await expect(stopTelling(on.deps, operator, id, '')).rejects.toThrow(/stopped already/)
  })

  test('is refused when nobody is left to be told', async () => {
    await using on = await troubled()
    await expect(stopTelling(on.deps, operator, on.id, '')).rejects.toThrow(/over/)
  })
})
