import { expect, test } from 'vitest'
import { amendIncident } from '../../../../api/actions/incidents/drafts.ts'
import { giveAllClear } from '../../../../api/actions/incidents/incidents.ts'
import { stopAnnouncement } from '../../../../api/actions/telling/stopping.ts'
import type { Preferences } from '../../../../api/domain/subscription.ts'
import type { ComponentStatus } from '../../../../api/domain/words.ts'
import { announcements } from '../../../../db/schema.ts'
import { allClear } from '../../../support/deliveries.ts'
import { shop, subscribePeople } from '../../../support/shop.ts'
import {
  openTrouble,
  operator,
  sayMore,
  type Telling,
  tellingWorld,
  tick,
} from '../../../support/telling.ts'

type Step = (told: Telling, id: string) => Promise<unknown>

const say =
  (...components: { id: string; status: ComponentStatus }[]): Step =>
  ({ deps }, id) =>
    sayMore(deps, id, { components })

const graver = say({ id: shop.checkout, status: 'major_outage' })
const searchToo = say({ id: shop.search, status: 'partial_outage' })
const calledMilder: Step = ({ deps }, id) => amendIncident(deps, operator, id, { impact: 'minor' })
const calledGrave: Step = ({ deps }, id) => amendIncident(deps, operator, id, { impact: 'major' })
const stopped: Step = async ({ deps }) => {
  const [first] = await deps.db.select().from(announcements)
  await deps.db.write(stopAnnouncement(deps, first!.id))
}

const [opened, updated, over] = ['New incident', 'Incident update', 'All clear']

test.each<[string, Partial<Preferences>, { notify: boolean }, Step[], string[]]>([
  ['what was opened quietly', {}, { notify: false }, [say()], [opened, over]],
  ['it once only', {}, { notify: false }, [say(), say()], [opened, over]],
  ['what grew grave', { min_impact: 'critical' }, { notify: true }, [graver], [updated, over]],
  [
    'what reached their component later',
    { components: [shop.search] },
    { notify: true },
    [say(), searchToo, say()],
    [updated, over],
  ],
  [
    'what was called milder and then graver no second time',
    { min_impact: 'major' },
    { notify: true },
    [calledMilder, say(), calledGrave, say()],
    [opened, over],
  ],
  ['what was stopped before they got it', {}, { notify: true }, [stopped, say()], [updated, over]],
  ['what went on only at its end', {}, { notify: false }, [], [over]],
])(
  'who hears of beginnings and ends hears of %s',
  async (_, preferences, opening, steps, expected) => {
    await using told = await tellingWorld()
    const { deps, clock, post } = told
    await subscribePeople(deps, 1, 'email', { updates: 'start_and_end', ...preferences })
    const id = await openTrouble(deps, opening)
    if (!steps.includes(stopped)) await tick(deps)
    for (const step of [
      ...steps,
      () => giveAllClear(deps, operator, id, allClear, true),
    ] satisfies Step[]) {
      clock.advance(1000)
      await step(told, id)
      await tick(deps)
    }
    const said = post.sandbox.mails.all().map(({ text }) => text)
    expect(
      said.map((text) => [opened, updated, over].find((words) => text?.includes(words!))),
    ).toEqual(expected)
  },
)
