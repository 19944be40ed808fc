import { describe, expect, test } from 'vitest'
import { discardDraft, publishDraft } from '../../../../api/actions/incidents/drafts.ts'
import { addUpdate } from '../../../../api/actions/incidents/incidents.ts'
import { incidentPage } from '../../../../api/actions/publishing/pages.ts'
import { MINUTE } from '../../../../api/domain/time.ts'
import type { ComponentStatus } from '../../../../api/domain/words.ts'
import { announcements, incidentComponents } from '../../../../db/schema.ts'
import {
  addProbe,
  broken,
  checks,
  findProbe,
  probedShop,
  statusOfComponent,
  urlOf,
} from '../../../support/probed.ts'
import { shop } from '../../../support/shop.ts'
import { openTrouble, operator } from '../../../support/telling.ts'

type On = Awaited<ReturnType<typeof probedShop>>

const lastWords = async ({ deps }: On, id: string) => {
  const { incident } = await incidentPage(deps, id)
  return incident.updates[0]!.components.map((said) => `${said.old_status} > ${said.new_status}`)
}

/** A probe has fallen and drafted an incident. */
async function drafted(): Promise<On & { id: string }> {
  const on = await probedShop()
  await addProbe(on.deps, 'p')
  on.answers.set(urlOf('p'), broken)
  await checks(on, 3)
  const [incident] = await on.deps.db.query.incidents.findMany()
  return Object.assign(on, { id: incident!.id })
}

describe('a published draft', () => {
  test('says of its components what publishing made of them', async () => {
    await using on = await probedShop()
    const id = await openTrouble(on.deps, { draft: true })
    await publishDraft(on.deps, operator, id, false)
    expect(await lastWords(on, id)).toEqual(['operational > partial_outage'])
  })

  test.each<[string, ComponentStatus, ComponentStatus]>([
    ['worse', 'degraded_performance', 'major_outage'],
    ['the same', 'major_outage', 'major_outage'],
  ])(
    'does not cover what a probe learned after it was written, %s',
    async (_, status, expected) => {
      await using on = await probedShop()
      await addProbe(on.deps, 'p', { opensIncident: 'no' })
      const id = await openTrouble(on.deps, {
        draft: true,
        components: [{ id: shop.checkout, status }],
      })
      on.clock.advance(MINUTE)
      on.answers.set(urlOf('p'), broken)
      await checks(on, 3)
      await publishDraft(on.deps, operator, id, false)
      expect(await statusOfComponent(on.deps)).toBe(expected)
      expect(await lastWords(on, id)).toEqual([`major_outage > ${expected}`])
    },
  )

  test('was not discarded before', async () => {
    await using on = await probedShop()
    const id = await openTrouble(on.deps, { draft: true })
    await discardDraft(on.deps, operator, id)
    await expect(publishDraft(on.deps, operator, id, true)).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await on.deps.db.select().from(announcements)).toEqual([])
  })
})

describe("a probe's draft", () => {
  test('published while its target fails shows the outage until the target recovers', async () => {
    await using on = await drafted()
    await publishDraft(on.deps, operator, on.id, false)
    expect(await statusOfComponent(on.deps)).toBe('major_outage')
    on.answers.delete(urlOf('p'))
    await checks(on, 2)
    expect(await statusOfComponent(on.deps)).toBe('operational')
  })

  test('published after its target recovered shows no outage that nothing would take back', async () => {
    await using on = await drafted()
    on.answers.delete(urlOf('p'))
    await checks(on, 2)
    await publishDraft(on.deps, operator, on.id, false)
    expect(await statusOfComponent(on.deps)).toBe('operational')
    expect(await lastWords(on, on.id)).toEqual(['operational > operational'])
    expect(await on.deps.db.select().from(incidentComponents)).toMatchObject([
      { status: 'operational' },
    ])
    on.answers.set(urlOf('p'), broken)
    await checks(on, 3)
    expect(await statusOfComponent(on.deps)).toBe('major_outage')
  })

  test('published after its target recovered leaves the component to another probe', async () => {
    await using on = await drafted()
    await addProbe(on.deps, 'q', { statusWhenDown: 'partial_outage' })
    on.answers.set(urlOf('q'), broken).delete(urlOf('p'))
    await checks(on, 6)
    expect(await findProbe(on.deps, 'p')).toMatchObject({ state: 'up' })
    expect(await findProbe(on.deps, 'q')).toMatchObject({ state: 'down' })
    await publishDraft(on.deps, operator, on.id, false)
    expect(await statusOfComponent(on.deps)).toBe('partial_outage')
  })

  test('published after its target recovered keeps what an operator said since', async () => {
    await using on = await drafted()
    on.clock.advance(MINUTE)
    const components = [{ id: shop.checkout, status: 'partial_outage' as const }]
    const words = { status: 'identified' as const, body: 'A disk.', notify: false }
    await addUpdate(on.deps, operator, on.id, { ...words, components, nextUpdateAt: null })
    on.answers.delete(urlOf('p'))
    await checks(on, 2)
    await publishDraft(on.deps, operator, on.id, false)
    expect(await statusOfComponent(on.deps)).toBe('partial_outage')
  })
})
