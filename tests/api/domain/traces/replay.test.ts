import { describe, expect, test } from 'vitest'
import { replay } from '../../../support/replaying.ts'
import { days } from './days.ts'

describe('a recorded day', () => {
  test.each(days.map((day) => [day.name, day] as const))('%s', (_, day) => {
    const { flips, delays, falseAlarms, samples } = replay(day)
    expect(samples).toBeGreaterThan(2700)
    expect(flips).toEqual(day.flips)
    expect(delays).toEqual(day.delays)
    expect(falseAlarms).toBe(0)
  })
})

test.each(days.filter(({ day }) => day.every(({ truth }) => truth === 'up')))(
  'no other luck makes an outage of it either: $name',
  (day) => {
    for (let seed = 1000; seed < 1020; seed++)
      expect(replay({ ...day, seed }).flips.filter((flip) => flip.includes('>down'))).toEqual([])
  },
)
