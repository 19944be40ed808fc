import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { applyProfile } from '../../api/actions/profile.ts'
import { homePage } from '../../api/actions/publishing/pages.ts'
import { guardedExchange } from '../../api/probers/guarded-exchange.ts'
import { nodeProbers } from '../../api/node/probers.ts'
import { loadProfile } from '../../api/node/profile.ts'
import { cannotAsk } from '../../api/probers/prober.ts'
import type { Profile } from '../../db/profile-schema.ts'
import { world } from '../support/world.ts'

const folder = new URL('../../db/profiles/', import.meta.url)
const load = async (name: string) =>
  (await loadProfile(new URL(`${name}.yaml`, folder).pathname)).profile

const targets = ({ severities }: Profile) =>
  severities.map((one) => [one.name, one.respond_within, one.resolve_within])

const HOUR = 60
const DAY = 24 * HOUR

describe('of the five teams', () => {
  test.each<[string, unknown[][]]>([
    [
      'eka',
      [
        ['SEV-1', 15, 4 * HOUR],
        ['SEV-2', HOUR, DAY],
        ['SEV-3', DAY, null],
      ],
    ],
    [
      'governance',
      [
        ['Critical', HOUR, null],
        ['High', 4 * HOUR, DAY],
        ['Medium', 12 * HOUR, 3 * DAY],
        ['Low', 48 * HOUR, null],
      ],
    ],
    [
      'edustream',
      [
        ['P0', 15, null],
        ['P1', HOUR, null],
        ['P2', 4 * HOUR, null],
        ['P3', DAY, null],
      ],
    ],
    [
      'sofacover',
      [
        ['P0', 15, 2 * HOUR],
        ['P1', HOUR, 8 * HOUR],
        ['P2', 4 * HOUR, DAY],
        ['P3', DAY, 7 * DAY],
      ],
    ],
    [
      'deeplearn',
      [
        ['critical', 15, null],
        ['warning', 4 * HOUR, null],
        ['info', null, null],
      ],
    ],
  ])('%s has its own scale, with what it promises', async (name, scale) => {
    expect(targets(await load(name))).toEqual(scale)
  })

  test('EKA asks a report for what it needs to begin at once', async () => {
    expect((await load('eka')).page.support.include).toEqual([
      'Name of your workshop',
      'Email of the user',
      'Phone',
      'Steps to reproduce',
      'Screenshot or recording',
      'Approximate time and time zone',
    ])
  })

  test('the API of AI Governance is slow when its 95th percentile is over a second', async () => {
    const { page, probes } = await load('governance')
    expect(page).toMatchObject({ uptime_target: 99.5, time_zone: 'Etc/UTC' })
    expect(page.sms.countries).not.toEqual([])
    expect(probes[0]).toMatchObject({ degraded: 1000, latency_percentile: 0.95 })
  })

  test('SofaCover is asked every 30 seconds', async () => {
    const { probes } = await load('sofacover')
    expect(probes.find(({ key }) => key === 'storefront')).toMatchObject({ interval: 30_000 })
    expect(probes.find(({ key }) => key === 'performance')).toMatchObject({ interval: 60_000 })
  })
})

const files = await readdir(folder)
const names = files.map((file) => [file.replace('.yaml', '')] as const)
const probers = nodeProbers({
  allow: [],
  reaching: () => guardedExchange({ allow: [] }),
  userAgent: 'tests',
})
/** Workers show no certificates. */
const machines = { Node: probers, Workers: { ...probers, tls: cannotAsk('tls', 'cannot be tls') } }

describe.each(names)('the profile %s', (name) => {
  test.each(Object.entries(machines))('runs on %s as it stands', async (_, probers) => {
    await using w = await world({ probers })
    const profile = await load(name)
    expect(await applyProfile(w.deps, name, profile)).toBe(true)
    const home = await homePage(w.deps)
    expect(home.page).toMatchObject({ name: profile.page.name, brand: profile.page.brand })
    expect(home.groups.flatMap(({ components }) => components)).toHaveLength(
      profile.components.length,
    )
    const probed = new Set(profile.probes.map(({ component }) => component))
    expect(profile.components.filter(({ key }) => !probed.has(key))).toEqual([])
  })

  test('says where to find help', async () => {
    const { support } = (await load(name)).page
    expect(support.email).toMatch(/@/)
    expect(support.hours).not.toBeNull()
  })

  test('comes with the Worker', async () => {
    const source = await readFile(new URL('../../api/worker/profiles.ts', import.meta.url), 'utf8')
    expect(source).toContain(`import ${name} from '../../db/profiles/${name}.yaml'`)
    expect(source).toMatch(new RegExp(`bundled: .*\\b${name}\\b`))
  })
})
