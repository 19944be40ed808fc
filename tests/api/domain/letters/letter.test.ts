import { describe, expect, test } from 'vitest'
import {
  fillPlaces,
  instantPlace,
  jsonWithPlaces,
  places,
  timePlace,
  withoutPlaces,
} from '../../../../api/domain/letters/letter.ts'

const at = Date.parse('2026-11-21T13:05:00Z')
const receiver = { locale: 'en', time_zone: 'Asia/Kolkata' }

describe('a place', () => {
  test('for a moment is told in the zone of the receiver, which is named', () => {
    const frozen = `${instantPlace(at)} / ${timePlace(at)}`
    expect(fillPlaces(frozen, receiver)).toBe('21 Nov 2026, 18:35 GMT+5:30 / 18:35 GMT+5:30')
    expect(fillPlaces(frozen, { ...receiver, time_zone: 'Europe/Berlin' })).toBe(
      '21 Nov 2026, 14:05 CET / 14:05 CET',
    )
  })

  test('in JSON is filled so that it stays JSON', () => {
    const frozen = jsonWithPlaces({ url: `<${places.manage}|x>`, said: '"quoted"' })
    const manage = 'https://a.example/?a="b\\c"\n'
    expect(JSON.parse(fillPlaces(frozen, { ...receiver, manage }))).toEqual({
      url: `<${manage}|x>`,
      said: '"quoted"',
    })
  })

  test('for a challenge is the token of the link to confirm', () => {
    const confirm = 'https://a.example/subscriptions/confirm?token=v1.abc.d.efg'
    expect(fillPlaces(places.challenge, { ...receiver, confirm })).toBe('v1.abc.d.efg')
    expect(fillPlaces(places.challenge, receiver)).toBe('')
  })

  test('cannot be typed', () => {
    expect(withoutPlaces(`a${places.code}b\uE002code\uE001`)).toBe('acodebcode')
  })
})
