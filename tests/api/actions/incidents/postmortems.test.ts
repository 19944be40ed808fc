import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { postmortemOf } from '../../../../api/actions/incidents/postmortem-facts.ts'
import {
  publishPostmortem,
  writePostmortem,
} from '../../../../api/actions/incidents/postmortems.ts'
import { historyPage } from '../../../../api/actions/publishing/history.ts'
import { homePage, incidentPage } from '../../../../api/actions/publishing/pages.ts'
import { statuspageReader } from '../../../../api/actions/publishing/statuspage.ts'
import { GAP } from '../../../../api/domain/postmortem.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import {
  announcements,
  auditLog,
  documents,
  incidents,
  incidentUpdates,
} from '../../../../db/schema.ts'
import { releaseHeld } from '../../../../api/actions/telling/quiet-hours.ts'
import { states } from '../../../support/deliveries.ts'
import { allClear } from '../../../support/following.ts'
import { addProbe, broken, checks, probedShop, urlOf } from '../../../support/probed.ts'
import { shop, shopWorld, subscribePeople } from '../../../support/shop.ts'
import { openTrouble, operator, tellingWorld, tick } from '../../../support/telling.ts'
import type { World } from '../../../support/world.ts'

const written = { body: 'A disk was *full*.', summary: {}, version: null }

async function ended({ deps, clock }: World): Promise<string> {
  const id = await openTrouble(deps)
  clock.advance(30 * MINUTE)
  await giveAllClear(deps, operator, id, allClear, true)
  return id
}

/** A shop, and a trouble that is over. */
async function endedTrouble() {
  const made = await shopWorld()
  made.clock.advance(MINUTE)
  return Object.assign(made, { id: await ended(made) })
}

test('a post-mortem is seen by operators only until it is published', async () => {
  await using made = await endedTrouble()
  const { deps, id } = made
  await writePostmortem(deps, operator, id, { ...written, summary: { root_cause: 'A disk.' } })
  expect(await postmortemOf(deps, id)).toMatchObject({
    body: written.body,
    summary: { root_cause: 'A disk.', lessons: null },
    published_at: null,
    proposed: null,
  })
  expect((await incidentPage(deps, id)).incident).toMatchObject({
    status: 'resolved',
    postmortem: null,
  })
})

test('what is not sent stays as it was, and null takes it away', async () => {
  await using made = await endedTrouble()
  const { deps, id } = made
  const summary = { root_cause: 'A disk.', lessons: 'Watch disks.' }
  await writePostmortem(deps, operator, id, { ...written, summary })
  await writePostmortem(deps, operator, id, { ...written, summary: { lessons: null } })
  expect((await postmortemOf(deps, id)).summary).toMatchObject({
    root_cause: 'A disk.',
    lessons: null,
  })
})

test('publishing adds it to the timeline, tells it, fixes its figures and is audited, all at once', async () => {
  await using made = await endedTrouble()
  const { deps, id } = made
  await writePostmortem(deps, operator, id, written)
  made.clock.advance(MINUTE)
  await deps.db.delete(documents)
  await publishPostmortem(deps, operator, id, true)
  const { incident } = await incidentPage(deps, id)
  expect(incident).toMatchObject({
    status: 'postmortem',
    postmortem: {
      body: written.body,
      figures: { down_s: 1800, recover_s: 1800, components: ['Shop - Checkout'] },
    },
  })
  expect(incident.updates[0]).toMatchObject({ status: 'postmortem', body: written.body })
  expect(incident.updates[0]!.components).toMatchObject([
    { id: shop.checkout, old_status: 'operational', new_status: 'operational' },
  ])
  const told = await deps.db.select().from(announcements)
  expect(told.at(-1)).toMatchObject({
    kind: 'postmortem_published',
    incidentId: id,
    impact: 'major',
    componentIds: [shop.checkout],
  })
  const touched = (await deps.db.select().from(documents)).map(({ path }) => path)
  expect(touched).toEqual(
    expect.arrayContaining([`/incidents/${id}`, '/history/2026-11', '/api/v2/incidents.json']),
  )
  const audited = (await deps.db.select().from(auditLog)).map(({ action }) => action)
  expect(audited.slice(-2)).toEqual(['postmortem.write', 'postmortem.publish'])
})

test('whoever reads by program finds the state and the update that Statuspage has', async () => {
  await using made = await endedTrouble()
  const { deps, id } = made
  await writePostmortem(deps, operator, id, written)
  await publishPostmortem(deps, operator, id, false)
  const read = statuspageReader(deps)
  const { incidents: listed } = (await read('/api/v2/incidents.json')) as {
    incidents: { status: string; incident_updates: object[] }[]
  }
  expect(listed[0]).toMatchObject({ status: 'postmortem' })
  expect(listed[0]!.incident_updates[0]).toMatchObject({
    status: 'postmortem',
    body: written.body,
    deliver_notifications: false,
  })
  const { incidents: open } = (await read('/api/v2/incidents/unresolved.json')) as {
    incidents: object[]
  }
  expect(open).toEqual([])
  expect((await homePage(deps)).incidents).toEqual([])
})

test('of planned work, whoever reads by program finds a post-mortem among the states that they know', async () => {
  await using made = await endedTrouble()
  const { deps, id } = made
  await deps.db
    .update(incidents)
    .set({ kind: 'maintenance', impact: 'maintenance', status: 'completed' })
    .where(eq(incidents.id, id))
  await writePostmortem(deps, operator, id, written)
  await publishPostmortem(deps, operator, id, false)
  const { scheduled_maintenances: listed } = (await statuspageReader(deps)(
    '/api/v2/scheduled-maintenances.json',
  )) as { scheduled_maintenances: { status: string; incident_updates: object[] }[] }
  expect(listed[0]).toMatchObject({ status: 'completed' })
  expect(listed[0]!.incident_updates[0]).toMatchObject({ status: 'completed', body: written.body })
})

test('a list still tells the last words of the incident itself, and that there is a post-mortem', async () => {
  await using made = await endedTrouble()
  const { deps, id } = made
  await writePostmortem(deps, operator, id, written)
  await publishPostmortem(deps, operator, id, false)
  const [day] = (await historyPage(deps, '2026-11')).days
  expect(day!.incidents[0]).toMatchObject({
    last_update: { status: 'resolved' },
    has_postmortem: true,
  })
})

test('a correction changes what is published, keeps its figures and tells nobody', async () => {
  await using made = await endedTrouble()
  const { deps, id } = made
  await writePostmortem(deps, operator, id, written)
  await publishPostmortem(deps, operator, id, true)
  const before = (await incidentPage(deps, id)).incident
  const told = await deps.db.select().from(announcements)
  await deps.db.delete(documents)
  await writePostmortem(deps, operator, id, { ...written, body: 'Two disks were full.' })
  const after = (await incidentPage(deps, id)).incident
  expect(after.postmortem).toEqual({ ...before.postmortem, body: 'Two disks were full.' })
  expect(after.updates[0]).toEqual({ ...before.updates[0], body: 'Two disks were full.' })
  expect(await deps.db.select().from(announcements)).toEqual(told)
  expect((await deps.db.select().from(documents)).map(({ path }) => path)).toContain(
    `/incidents/${id}`,
  )
  expect((await deps.db.select().from(auditLog)).at(-1)).toMatchObject({
    action: 'postmortem.correct',
    detail: { before: written.body },
  })
  await expect(writePostmortem(deps, operator, id, { ...written, body: '' })).rejects.toMatchObject(
    {
      fields: [{ path: 'body', message: 'must not be empty' }],
    },
  )
})

test.each([
  ['without words', null, 'body: must not be empty'],
  ['with a gap', `Because of ${GAP}`, 'body: must not have the gap'],
])('what is saved %s is not published', async (_, body, refusal) => {
  await using made = await endedTrouble()
  const { deps, id } = made
  if (body !== null) await writePostmortem(deps, operator, id, { ...written, body })
  await expect(publishPostmortem(deps, operator, id, true)).rejects.toThrow(refusal)
  expect((await incidentPage(deps, id)).incident.status).toBe('resolved')
})

test('it is published once, however many press the button', async () => {
  await using made = await endedTrouble()
  const { deps, id } = made
  await writePostmortem(deps, operator, id, written)
  const results = await Promise.allSettled(
    Array.from({ length: 4 }, () => publishPostmortem(deps, operator, id, true)),
  )
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const updates = await deps.db
    .select()
    .from(incidentUpdates)
    .where(eq(incidentUpdates.status, 'postmortem'))
  expect(updates).toHaveLength(1)
})

test('words that somebody else saved meanwhile are not overwritten', async () => {
  await using made = await endedTrouble()
  const { deps, id } = made
  const { version } = await postmortemOf(deps, id)
  await writePostmortem(deps, operator, id, { ...written, version })
  await expect(
    writePostmortem(deps, operator, id, { ...written, body: 'Mine.', version }),
  ).rejects.toThrow('changed by somebody else meanwhile')
  expect((await postmortemOf(deps, id)).body).toBe(written.body)
})

test('of what is open, of a draft and of nothing there is none', async () => {
  await using made = await shopWorld()
  const open = await openTrouble(made.deps)
  const draft = await openTrouble(made.deps, { draft: true })
  for (const [id, refusal] of [
    [open, 'is not over yet'],
    [draft, 'is a draft'],
    ['nothing', 'there is no incident'],
  ] as const)
    await expect(writePostmortem(made.deps, operator, id, written)).rejects.toThrow(refusal)
})

test('what a probe saw is known without anybody writing it', async () => {
  await using made = await probedShop()
  const { deps } = made
  await addProbe(deps, 'p', { opensIncident: 'public' })
  await checks(made)
  made.answers.set(urlOf('p'), broken)
  const failing = deps.clock.now()
  await checks(made, 6)
  made.answers.clear()
  await checks(made, 6)
  const [incident] = await deps.db.query.incidents.findMany()
  await giveAllClear(deps, operator, incident!.id, allClear, false)
  const { figures } = await postmortemOf(deps, incident!.id)
  expect(Date.parse(figures!.began_at)).toBeGreaterThanOrEqual(failing)
  expect(figures!.detect_s).toBeGreaterThan(0)
  expect(figures!.recover_s).toBe(figures!.down_s)
  expect(figures!.recovered_at < figures!.ended_at).toBe(true)
})

test('it is a mail and an SMS, and keeps nobody from hearing the all-clear that still waits', async () => {
  await using told = await tellingWorld()
  const { deps, post } = told
  await subscribePeople(deps, 1, 'email', { quiet: { from: '12:00', until: '15:00' } })
  await subscribePeople(deps, 1, 'sms')
  const id = await ended(told)
  await tick(deps)
  await writePostmortem(deps, operator, id, written)
  await publishPostmortem(deps, operator, id, true)
  await tick(deps)
  told.clock.advance(3 * HOUR)
  await releaseHeld(deps)
  await tick(deps)
  expect(await states(deps)).toEqual({ accepted: 4 })
  const { mails, texts } = post.sandbox
  const said = mails.all().map(({ text }) => text)
  expect(said.some((text) => text.includes('A larger disk.'))).toBe(true)
  expect(said.find((text) => text.startsWith('Post-mortem published'))).toContain(
    'A disk was *full*.',
  )
  expect(texts.all().map(({ text }) => text)).toContain(
    `Post-mortem published: Checkout is slow (Corner Shop). A disk was full. http://status.example/incidents/${id}`,
  )
})
