import { describe, expect, test } from 'vitest'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { preferencesOf, type Wish } from '../../../../api/actions/subscribers/preferences.ts'
import { DomainError } from '../../../../api/domain/error.ts'
import { everything } from '../../../../api/domain/subscription.ts'
import type { Channel } from '../../../../api/domain/words.ts'
import { allClear } from '../../../support/following.ts'
import { shop, shopWorld } from '../../../support/shop.ts'
import { openTrouble, operator } from '../../../support/telling.ts'

async function trouble() {
  const on = await shopWorld()
  return Object.assign(on, { id: await openTrouble(on.deps) })
}

function fieldsOf(refused: Promise<unknown>): Promise<string[]> {
  return refused.then(
    () => [],
    (error: unknown) => (error as DomainError).fields.map(({ path }) => path),
  )
}

describe('a wish', () => {
  test('for nothing in particular is a wish for everything', async () => {
    await using on = await trouble()
    expect(await preferencesOf(on.deps, 'sms', {})).toEqual(everything)
  })

  test('names by key or id, and each once', async () => {
    await using on = await trouble()
    const wish: Wish = {
      components: ['search', shop.search, 'shop'],
      groups: [shop.group],
      incidents: [on.id, on.id],
      only_incidents: true,
      quiet: { from: '22:00', until: '07:00' },
      digest_at: '08:00',
    }
    expect(await preferencesOf(on.deps, 'email', wish)).toEqual({
      ...everything,
      ...wish,
      components: [shop.search],
      groups: [shop.group],
      incidents: [on.id],
    })
  })

  test.each<[string, Channel, Wish, string[]]>([
    [
      'for what does not exist',
      'email',
      { components: ['no'], groups: ['nor'] },
      ['components.0', 'groups.0'],
    ],
    [
      'to follow an incident that does not exist',
      'email',
      { incidents: ['nothing00000'] },
      ['incidents.0'],
    ],
    ['to follow nothing but nothing', 'email', { only_incidents: true }, ['only_incidents']],
    [
      'for quiet hours without end',
      'sms',
      { quiet: { from: '22:00', until: '22:00' } },
      ['quiet.until'],
    ],
    [
      'for an hour that clocks do not show',
      'sms',
      { quiet: { from: '24:00', until: '7:00' } },
      ['quiet.from', 'quiet.until'],
    ],
    ['for a digest at no time', 'email', { digest_at: 'noon' }, ['digest_at']],
    ['for a digest by SMS', 'sms', { digest_at: '08:00' }, ['digest_at']],
    ['for a digest in a chat', 'slack', { digest_at: '08:00' }, ['digest_at']],
  ])('%s is refused by its fields', async (_, channel, wish, fields) => {
    await using on = await trouble()
    expect(await fieldsOf(preferencesOf(on.deps, channel, wish))).toEqual(fields)
  })

  test('to follow a draft is refused as if there were none', async () => {
    await using on = await trouble()
    const draft = await openTrouble(on.deps, { draft: true })
    expect(await fieldsOf(preferencesOf(on.deps, 'email', { incidents: [on.id, draft] }))).toEqual([
      'incidents.1',
    ])
  })

  test('to follow what is over is refused, and kept by those who followed it before', async () => {
    await using on = await trouble()
    await giveAllClear(on.deps, operator, on.id, allClear, true)
    const wish = { incidents: [on.id] }
    expect(await fieldsOf(preferencesOf(on.deps, 'email', wish))).toEqual(['incidents.0'])
    const kept = { ...everything, incidents: [on.id] }
    expect(await preferencesOf(on.deps, 'email', wish, [on.id])).toEqual(kept)
    expect(await preferencesOf(on.deps, 'email', { incidents: [] }, [on.id])).toEqual(kept)
  })
})
