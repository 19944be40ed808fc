import * as fc from 'fast-check'
import type { Letter } from '../../../../api/domain/letters/letter.ts'
import { everyLetter } from '../../../site/letters.ts'

// What some format interprets, and characters that are more than one unit.
const marks = [
  ...'aüê \n"\\<>&|*_~`#-[]()कि点🔥…→\u0000\u202e',
  ...'@everyone |<!here> |<@U123> |https://a.example/b?c&d |**|```|👩‍👩‍👧'.split('|'),
]
const unit = fc.oneof(
  fc.constantFrom(...marks),
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
)

const pieceOf = (maxLength: number) =>
  fc.oneof(
    fc.string({ unit, maxLength: Math.min(maxLength, 300) }),
    // Lengths at which limits lie.
    fc
      .tuple(
        fc.string({ unit, minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: maxLength }),
      )
      .map(([piece, length]) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length)),
  )

const nameOf = (maxLength: number) => pieceOf(maxLength - 1).map((rest) => `N${rest}`)

/** A letter of any kind in which operators wrote anything. */
export const anyLetter: fc.Arbitrary<Letter> = fc
  .record({
    letter: fc.constantFrom(...everyLetter.map(([, , letter]) => letter)),
    page: nameOf(200),
    name: nameOf(200),
    body: pieceOf(20_000),
    component: nameOf(200),
    components: fc.integer({ min: 0, max: 120 }),
    stories: fc.integer({ min: 0, max: 30 }),
  })
  .map(({ letter, page, name, body, component, components, stories }) => {
    type Incident = NonNullable<Letter['incident']>
    const rewritten = <T extends Incident>(incident: T): T => ({
      ...incident,
      name,
      update: { ...incident.update, body },
      postmortem: incident.postmortem && body,
      all_clear: incident.all_clear && { ...incident.all_clear, issue: body, fix: body },
      components: Array.from({ length: components }, () => ({
        id: 'component001',
        name: component,
        old_status: 'operational' as const,
        new_status: 'major_outage' as const,
      })),
    })
    const story = letter.digest?.stories[0]
    return {
      ...letter,
      page: { ...letter.page, name: page },
      incident: letter.incident && rewritten(letter.incident),
      digest: letter.digest && {
        ...letter.digest,
        stories: Array.from({ length: stories }, () => ({
          ...rewritten(story!),
          said: [{ ...story!.update, body }],
        })),
      },
    }
  })
