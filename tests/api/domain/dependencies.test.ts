import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  circleThrough,
  dependenciesOf,
  dependentsOf,
  directDependentsOf,
  nameCircle,
  needsOf,
  rootsOf,
  type Dependency,
} from '../../../api/domain/dependencies.ts'

/** `a>b b>c`: a needs b, b needs c. */
function drawn(text: string) {
  return dependenciesOf(
    text
      .split(' ')
      .filter(Boolean)
      .map((arrow) => {
        const [componentId, dependsOnId] = arrow.split('>') as [string, string]
        return { componentId, dependsOnId }
      }),
  )
}

const diamond = 'a>b a>c b>d c>d'

test.each<[string, string, string, string[]]>([
  ['nothing', '', 'a', []],
  ['what it says', 'a>b', 'a', ['b']],
  ['not what needs it', 'a>b', 'b', []],
  ['what that needs, too', 'a>b b>c c>d', 'a', ['b', 'c', 'd']],
  ['the foot of a diamond once', diamond, 'a', ['b', 'c', 'd']],
  ['the nearest first', 'a>b b>c a>d', 'a', ['b', 'd', 'c']],
  ['never itself, even in a circle', 'a>b b>a', 'a', ['b']],
])('a component needs %s', (_, arrows, id, expected) => {
  expect(needsOf(drawn(arrows), id)).toEqual(expected)
})

test.each<[string, string, string, string[], string[]]>([
  ['nobody', '', 'a', [], []],
  ['who says so', 'a>b', 'b', ['a'], ['a']],
  ['whoever needs those', 'a>b b>c', 'c', ['b'], ['b', 'a']],
  ['the head of a diamond once', diamond, 'd', ['b', 'c'], ['b', 'c', 'a']],
])('a component is needed by %s', (_, arrows, id, directly, all) => {
  expect(directDependentsOf(drawn(arrows), id)).toEqual(directly)
  expect(dependentsOf(drawn(arrows), id)).toEqual(all)
})

test.each<[string, string, string, string[]]>([
  ['where nothing is broken there is no root', diamond, '', []],
  ['what is broken alone is its own root', diamond, 'a', ['a']],
  ['in a chain the last one is', 'a>b b>c', 'abc', ['c']],
  ['a link that works does not break the chain', 'a>b b>c', 'ac', ['c']],
  ['a diamond has one', diamond, 'abcd', ['d']],
  ['a diamond whose foot works has two', diamond, 'abc', ['b', 'c']],
  ['what has nothing to do with it is another', `${diamond} e>f`, 'ade', ['d', 'e']],
])('%s', (_, arrows, broken, expected) => {
  expect(rootsOf(drawn(arrows), new Set(broken))).toEqual(expected)
})

test.each<[string, string, string, string | null]>([
  ['a diamond', diamond, 'a', null],
  ['itself', 'a>a', 'a', 'a -> a'],
  ['two', 'a>b b>a', 'a', 'a -> b -> a'],
  ['three, from wherever one looks', 'a>b b>c c>a', 'b', 'b -> c -> a -> b'],
  ['the shorter of two', 'a>b b>c c>a a>c', 'a', 'a -> c -> a'],
  ['a circle that one only leads to', 'a>b b>c c>b', 'a', null],
])('the circle through one: %s', (_, arrows, id, expected) => {
  const circle = circleThrough(drawn(arrows), id)
  expect(circle && nameCircle(circle, (one) => one)).toBe(expected)
})

describe('however components depend on each other', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const id = fc.constantFrom(...ids)
  const pairs: fc.Arbitrary<Dependency[]> = fc.uniqueArray(
    fc.record({ componentId: id, dependsOnId: id }),
    { selector: ({ componentId, dependsOnId }) => componentId + dependsOnId, maxLength: 15 },
  )
  /** Every arrow points to a later letter. */
  const withoutCircles = pairs.map((list) =>
    list.filter(({ componentId, dependsOnId }) => componentId < dependsOnId),
  )

  test('a circle is a way along arrows that ends where it began', () => {
    fc.assert(
      fc.property(pairs, id, (list, from) => {
        const circle = circleThrough(dependenciesOf(list), from)
        if (!circle) return
        expect([circle[0], circle.at(-1)]).toEqual([from, from])
        for (const [i, one] of circle.slice(0, -1).entries())
          expect(list).toContainEqual({ componentId: one, dependsOnId: circle[i + 1] })
      }),
    )
  })

  test('there is one exactly where a component is among what its needs need', () => {
    fc.assert(
      fc.property(pairs, id, (list, from) => {
        const all = dependenciesOf(list)
        const direct = all.get(from) ?? []
        const comesBack = direct.some((one) => one === from || needsOf(all, one).includes(from))
        expect(circleThrough(all, from) !== null).toBe(comesBack)
      }),
    )
  })

  test('arrows that all point one way make none, and adding the way back makes one', () => {
    fc.assert(
      fc.property(withoutCircles, (list) => {
        const all = dependenciesOf(list)
        for (const one of ids) expect(circleThrough(all, one)).toBeNull()
        for (const one of ids)
          for (const need of needsOf(all, one)) {
            const closed = [...list, { componentId: need, dependsOnId: one }]
            expect(circleThrough(dependenciesOf(closed), need)).not.toBeNull()
          }
      }),
    )
  })

  test('who needs whom reads the same from both ends', () => {
    fc.assert(
      fc.property(pairs, id, id, (list, one, other) => {
        const all = dependenciesOf(list)
        expect(needsOf(all, one).includes(other)).toBe(dependentsOf(all, other).includes(one))
      }),
    )
  })

  test('all that is broken has a root, and no root needs another', () => {
    fc.assert(
      fc.property(withoutCircles, fc.subarray(ids), (list, broken) => {
        const all = dependenciesOf(list)
        const roots = rootsOf(all, new Set(broken))
        for (const one of broken)
          expect([one, ...needsOf(all, one)].some((need) => roots.includes(need))).toBe(true)
        for (const root of roots)
          expect(needsOf(all, root).filter((need) => roots.includes(need))).toEqual([])
      }),
    )
  })
})
