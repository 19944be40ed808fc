import { describe, expect, test } from 'vitest'
import {
  effectiveStatus,
  impactOfStatuses,
  reachesImpact,
  rollUp,
  worst,
  worstImpact,
  worstWord,
} from '../../../api/domain/status.ts'
import type { ComponentStatus } from '../../../api/domain/words.ts'

const word = (status: ComponentStatus, since: number) => ({ status, since })

describe('the public sees', () => {
  test.each([
    ['operational when nobody says anything', null, null, 'operational'],
    ['what the probes say when no operator does', null, word('major_outage', 5), 'major_outage'],
    [
      'what the operator says when there is no probe',
      word('partial_outage', 5),
      null,
      'partial_outage',
    ],
    [
      'the operator, who spoke after the probe',
      word('partial_outage', 9),
      word('major_outage', 5),
      'partial_outage',
    ],
    [
      'a probe that learned of worse after the operator',
      word('partial_outage', 5),
      word('major_outage', 9),
      'major_outage',
    ],
    [
      'the operator when the probe only learned of better',
      word('major_outage', 5),
      word('operational', 9),
      'major_outage',
    ],
    [
      'the probe when the operator calls a failing component healthy',
      word('operational', 9),
      word('major_outage', 5),
      'major_outage',
    ],
    [
      'maintenance, whatever a probe finds meanwhile',
      word('under_maintenance', 5),
      word('major_outage', 9),
      'under_maintenance',
    ],
  ] as const)('%s', (_, declared, probed, status) => {
    expect(effectiveStatus(declared, probed)).toBe(status)
  })
})

test('the worst word counts, since it was first said', () => {
  expect(worstWord([])).toBeNull()
  expect(
    worstWord([
      { status: 'operational', since: 1 },
      { status: 'major_outage', since: 7 },
      { status: 'major_outage', since: 9 },
      { status: 'degraded_performance', since: 2 },
    ]),
  ).toEqual({ status: 'major_outage', since: 7 })
  expect(worst([])).toBe('operational')
  expect(worst(['under_maintenance', 'degraded_performance'])).toBe('degraded_performance')
})

describe('the banner', () => {
  test.each([
    ['of nothing at all is calm', [], 'none', 'overall.operational'],
    [
      'of healthy components is calm',
      ['operational', 'operational'],
      'none',
      'overall.operational',
    ],
    [
      'of maintenance says so',
      ['operational', 'under_maintenance'],
      'maintenance',
      'overall.maintenance',
    ],
    ['of one degraded', ['operational', 'degraded_performance'], 'minor', 'overall.some_degraded'],
    ['of all degraded', ['degraded_performance'], 'minor', 'overall.all_degraded'],
    ['of one partial outage', ['operational', 'partial_outage'], 'minor', 'overall.some_partial'],
    ['of all partial outages', ['partial_outage', 'partial_outage'], 'major', 'overall.partial'],
    ['of one major outage', ['operational', 'major_outage'], 'major', 'overall.partial'],
    ['of nothing but major outages', ['major_outage', 'major_outage'], 'critical', 'overall.major'],
  ] as const)('%s', (_, leaves, indicator, description) => {
    expect(rollUp([...leaves])).toEqual({ indicator, description })
  })
})

test('an incident is as grave as the worst it does', () => {
  expect(impactOfStatuses(['operational', 'partial_outage'])).toBe('major')
  expect(impactOfStatuses(['major_outage'])).toBe('critical')
  expect(impactOfStatuses(['under_maintenance'])).toBe('none')
  expect(worstImpact(['minor', 'critical', 'none'])).toBe('critical')
  expect(reachesImpact('major', 'minor')).toBe(true)
  expect(reachesImpact('minor', 'major')).toBe(false)
})
