import type { Page } from 'playwright-core'
import { incident, maintenance, page, resolved } from '../site/fixtures.ts'
import { branded, busy, long, quiet } from './facts.ts'

export type Scene = {
  name: string
  path: string
  /** Answers of the API, by path. */
  facts: Record<string, unknown>
  widths?: number[]
  schemes?: ('light' | 'dark')[]
  /** How the browser looks at it, or what happens to it before. */
  media?: Parameters<Page['emulateMedia']>[0]
  before?: (page: Page) => Promise<unknown>
}

const one = { widths: [360, 768], schemes: ['light'] as 'light'[] }
const homes = [3, 20, 200].flatMap((count): Scene[] => [
  { name: `home-${count}-quiet`, path: '/', facts: { home: quiet(count) } },
  { name: `home-${count}-three-incidents`, path: '/', facts: { home: busy(count) } },
])

const underWay = {
  ...maintenance,
  status: 'in_progress' as const,
  started_at: '2026-11-21T01:00:00.000Z',
  components: maintenance.components.map((one) => ({
    ...one,
    status: 'under_maintenance' as const,
  })),
}

/** Every state that the page has to look well in. */
export const scenes: Scene[] = [
  ...homes,
  {
    name: 'incident-60-updates',
    path: '/incidents/incident0001',
    facts: { 'incidents/incident0001': { page, incident: long } },
  },
  { name: 'incident-resolved', path: '/incidents/incident0002', facts: {}, ...one },
  {
    name: 'maintenance-planned',
    path: '/incidents/upkeep000001',
    facts: { 'incidents/upkeep000001': { page, incident: maintenance } },
    ...one,
  },
  {
    name: 'maintenance-under-way',
    path: '/',
    facts: {
      home: {
        ...quiet(20),
        status: {
          indicator: 'maintenance',
          says: 'overall.maintenance',
          description: 'Service Under Maintenance',
        },
        maintenances: [underWay],
      },
    },
    ...one,
  },
  { name: 'component', path: '/components/checkout0001', facts: {}, ...one },
  { name: 'history', path: '/history/2026-11', facts: {}, ...one },
  { name: 'subscribe', path: '/subscribe', facts: {}, ...one },
  { name: 'not-found', path: '/404', facts: {}, widths: [360, 768] },
  { name: 'unpublished', path: '/unpublished', facts: {}, ...one },
  { name: 'branded', path: '/', facts: { home: branded }, widths: [360, 768] },
  {
    name: 'unreachable',
    path: '/',
    facts: { home: quiet(3) },
    ...one,
    before: (page) =>
      page.evaluate(() => {
        const live = document.querySelector<HTMLElement>('#live')!
        live.textContent = live.dataset['stale']!.replace('{time}', '14:05 CET')
      }),
  },
  {
    name: 'print-home',
    path: '/',
    facts: { home: busy(20) },
    media: { media: 'print' },
    widths: [768],
    schemes: ['light'],
  },
  {
    name: 'print-incident',
    path: '/incidents/incident0002',
    facts: {},
    media: { media: 'print' },
    widths: [768],
    schemes: ['dark'],
  },
  {
    name: 'forced-colours',
    path: '/',
    facts: { home: busy(20) },
    media: { forcedColors: 'active' },
    widths: [768],
  },
  {
    name: 'more-contrast',
    path: '/',
    facts: { home: busy(3) },
    media: { contrast: 'more' },
    widths: [768],
  },
  {
    name: 'right-to-left',
    path: '/',
    facts: { home: busy(20) },
    ...one,
    before: mirrored,
  },
  {
    name: 'right-to-left-incident',
    path: '/incidents/incident0001',
    facts: { 'incidents/incident0001': { page, incident } },
    ...one,
    before: mirrored,
  },
  {
    name: 'all-clear',
    path: '/incidents/incident0002',
    facts: { 'incidents/incident0002': { page, incident: resolved } },
    widths: [1440],
  },
]

function mirrored(page: Page) {
  return page.evaluate(() => (document.documentElement.dir = 'rtl'))
}
