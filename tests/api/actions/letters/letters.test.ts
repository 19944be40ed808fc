import { asc, eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { addUpdate, giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { letterOf } from '../../../../api/actions/letters/letter-facts.ts'
import { renderingOf } from '../../../../api/actions/letters/letters.ts'
import { MINUTE } from '../../../../api/domain/time.ts'
import { channels } from '../../../../api/domain/words.ts'
import { announcements, incidents, page, renderings } from '../../../../db/schema.ts'
import { openTrouble, operator, tellingWorld, type Telling } from '../../../support/telling.ts'

let w: Telling
beforeEach(async () => {
  w = await tellingWorld()
})
afterEach(() => w[Symbol.asyncDispose]())

const update = {
  status: 'identified' as const,
  body: 'The database is full.',
  components: [],
  notify: true,
  nextUpdateAt: null,
}

async function told() {
  return w.deps.db.select().from(announcements).orderBy(asc(announcements.createdAt))
}

describe('the words of an announcement', () => {
  test.each(channels)('are frozen for %s when they are first asked for', async (channel) => {
    const id = await openTrouble(w.deps)
    const [opened] = await told()
    const first = await renderingOf(w.deps, opened!.id, channel, 'en')
    await w.deps.db.update(page).set({ name: 'Another Shop' })
    await w.deps.db.update(incidents).set({ name: 'Renamed' }).where(eq(incidents.id, id))
    expect(await renderingOf(w.deps, opened!.id, channel, 'en')).toEqual(first)
    expect(first.text).toContain('Checkout is slow')
    expect(first.subject === '').toBe(channel !== 'email')
    expect(await w.deps.db.select().from(renderings)).toHaveLength(1)
  })

  test('hold no place that anybody typed', async () => {
    await openTrouble(w.deps, { name: '\uE000code\uE001 fails', body: '\uE002manage\uE001' })
    await w.deps.db.update(page).set({ name: 'Shop \uE000confirm\uE001' })
    const [opened] = await told()
    const letter = await letterOf(w.deps, opened!.id, 'en')
    expect(JSON.stringify(letter)).not.toMatch(/[\uE000-\uE002]/)
    expect(letter.incident!.name).toBe('code fails')
  })

  test('of what belongs to no update tell how things stand', async () => {
    const id = await openTrouble(w.deps)
    w.clock.advance(MINUTE)
    await addUpdate(w.deps, operator, id, update)
    const [opened] = await told()
    await w.deps.db.update(announcements).set({ updateId: null })
    const letter = await letterOf(w.deps, opened!.id, 'en')
    expect(letter.incident!.update.body).toBe('The database is full.')
  })
})

test('a digest tells each incident once, the newest news first, and what was said of it', async () => {
  const slow = await openTrouble(w.deps)
  w.clock.advance(MINUTE)
  await openTrouble(w.deps, { name: 'Mails are late' })
  w.clock.advance(MINUTE)
  await addUpdate(w.deps, operator, slow, update)
  w.clock.advance(MINUTE)
  const allClear = { issue: 'A', root_cause: 'B', fix: 'C', impact: 'D', postmortem_url: null }
  await giveAllClear(w.deps, operator, slow, allClear, true)
  const contents = (await told()).map(({ id }) => id)
  await w.deps.db.insert(announcements).values({
    id: 'digestdigest',
    kind: 'digest',
    priority: 9,
    impact: 'none',
    componentIds: [],
    contents: contents.slice(1),
    expiresAt: w.clock.now() + MINUTE,
    expandTo: 0,
    createdAt: w.clock.now(),
  })
  const { digest, incident } = await letterOf(w.deps, 'digestdigest', 'en')
  expect(incident).toBeNull()
  expect(digest!.until).toBe(w.clock.now())
  expect(
    digest!.stories.map(({ name, kind, said }) => [name, kind, said.map(({ status }) => status)]),
  ).toEqual([
    ['Checkout is slow', 'incident_resolved', ['resolved', 'identified']],
    ['Mails are late', 'incident_opened', ['investigating']],
  ])
  const { subject, html, text } = await renderingOf(w.deps, 'digestdigest', 'email', 'en')
  expect(subject).toBe('[Corner Shop] Your daily summary')
  for (const words of [html, text]) expect(words).toContain('The database is full.')
})
