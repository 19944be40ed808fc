import { expect, test } from 'vitest'
import type { LetterComponent } from '../../../../api/domain/letters/letter.ts'
import { outlineOf } from '../../../../api/domain/letters/letter-outline.ts'
import { everyLetter } from '../../../site/letters.ts'

type Status = LetterComponent['new_status']

const changes: [sentence: string, old: Status, now: Status, told: string][] = [
  [
    'with both states where the words changed it',
    'operational',
    'major_outage',
    'Operational → Major outage',
  ],
  ['with its state alone where a probe was first', 'major_outage', 'major_outage', 'Major outage'],
]

test.each(changes)('a component is told %s', (_sentence, old_status, new_status, told) => {
  const letter = everyLetter.map(([, , one]) => one).find(({ kind }) => kind === 'incident_opened')!
  const component = { id: 'component001', name: 'Checkout', old_status, new_status }
  const outline = outlineOf(letter, { ...letter.incident!, components: [component] })
  expect(outline.components).toEqual([{ name: 'Checkout', change: told, tone: new_status }])
})
