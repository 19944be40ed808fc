import { changedBrand, noBrand } from '../../api/domain/brand.ts'
import type { ComponentStatus } from '../../api/domain/words.ts'
import type { ComponentView, DayView, GroupView, HomeView } from '../../api/routes/views.ts'
import { svg, uri } from '../support/logos.ts'
import { component, home, incident, maintenance, page, quietHome, runs } from '../site/fixtures.ts'

/** Names as they come: short, long, without a space to break at, from right to left. */
const names = [
  'Checkout',
  'Tracking',
  'Label printing',
  'Sign-in and accounts',
  'Address book and delivery preferences of returning customers in every region',
  'Webhooks',
  'Rates',
  'api.eu-central-1.parcels.tern-international.example',
  'Invoices',
  'Search',
]

const groupNames = ['Shop', 'Parcels', 'Developers', 'Back office']

const troubles: Record<number, Partial<DayView>> = {
  3: { status: 'degraded_performance', degraded_s: 4200 },
  17: { status: 'partial_outage', partial_s: 2700, uptime: 99.06 },
  18: { status: 'under_maintenance', maintenance_s: 7200 },
  44: { status: 'major_outage', major_s: 5400, uptime: 93.75 },
  71: { status: 'degraded_performance', degraded_s: 900 },
}

/** Every third component has had bad days, every seventh is new. */
function componentAt(index: number, status: ComponentStatus): ComponentView {
  const name = names[index % names.length]!
  const isNew = index % 7 === 6
  const past = isNew
    ? Object.fromEntries(
        Array.from({ length: 62 }, (_, n) => [
          28 + n,
          { status: 'no_data', uptime: null } as const,
        ]),
      )
    : index % 3 === 0
      ? troubles
      : {}
  const today: Record<number, Partial<DayView>> = status === 'operational' ? {} : { 0: { status } }
  return component({
    id: `component${String(index).padStart(3, '0')}`,
    name: index < names.length ? name : `${name} ${Math.floor(index / names.length) + 1}`,
    status,
    uptime: isNew ? 100 : index % 3 === 0 ? 99.91 : 100,
    runs: runs({ ...past, ...today }),
  })
}

const trouble: Record<number, ComponentStatus> = {
  0: 'partial_outage',
  1: 'degraded_performance',
  2: 'major_outage',
}

/** So many components; of more than three, in groups. */
export function groupsOf(
  count: number,
  statuses: Record<number, ComponentStatus> = {},
): GroupView[] {
  const all = Array.from({ length: count }, (_, index) =>
    componentAt(index, statuses[index] ?? 'operational'),
  )
  if (count <= 3)
    return [{ id: null, name: null, description: null, status: 'operational', components: all }]
  const size = Math.ceil(count / groupNames.length)
  return groupNames.map((name, index) => {
    const components = all.slice(index * size, (index + 1) * size)
    const status = components.some((one) => one.status !== 'operational')
      ? components.map((one) => one.status).find((one) => one !== 'operational')!
      : 'operational'
    const description = index === 1 ? 'From the counter to the door, and back again.' : null
    return { id: `group${String(index).padStart(7, '0')}`, name, description, status, components }
  })
}

export const quiet = (count: number): HomeView => ({ ...quietHome, groups: groupsOf(count) })

/** Three incidents at once, each of another weight, and one maintenance to come. */
export const busy = (count: number): HomeView => ({
  ...home,
  status: { indicator: 'critical', says: 'overall.major', description: 'Major System Outage' },
  groups: groupsOf(count, trouble),
  incidents: [
    { ...incident, impact: 'critical', name: 'Labels cannot be printed in any of our centres' },
    {
      ...incident,
      id: 'incident0003',
      name: 'Checkout refuses some cards, and the address book of returning customers loads slowly',
      next_update_overdue: true,
    },
    {
      ...incident,
      id: 'incident0004',
      impact: 'minor',
      name: 'Slow tracking pages',
      severity: null,
      status: 'monitoring',
      updates: Array.from({ length: 5 }, (_, n) => ({ ...incident.updates[n % 2]!, id: `u${n}` })),
    },
  ],
  maintenances: [maintenance],
})

const sentences = [
  'We see failed payments at one of our two card processors and are looking into it.',
  'The processor has confirmed the fault. About **a third** of payments fail; paying by invoice works.',
  'We send new payments to the second processor now:\n\n- cards of all kinds\n- wallets, except in Japan\n\nOrders that were refused can be placed again.',
  'Payments are slower than usual, since one processor does the work of two.',
  'Their fix is being rolled out. See [their page](https://processor.example/status) for details.',
]

/** An incident that went on and on. */
export const long = {
  ...incident,
  name: 'Card payments fail at one of our processors',
  updates: Array.from({ length: 60 }, (_, n) => ({
    ...incident.updates[n % 2]!,
    id: `update${String(n).padStart(6, '0')}`,
    status:
      n < 6
        ? ('monitoring' as const)
        : n < 40
          ? ('identified' as const)
          : ('investigating' as const),
    body: sentences[(59 - n) % sentences.length]!,
    display_at: new Date(Date.parse(incident.started_at) + (59 - n) * 900_000).toISOString(),
    components: n % 12 === 0 ? incident.updates[n % 2]!.components : [],
  })),
}

const logo = svg(
  'width="150" height="36" viewBox="0 0 150 36"',
  '<path d="M3 25C13 7 23 7 29 18 35 7 45 7 55 25 45 16 37 16 29 25 21 16 13 16 3 25z" fill="#0f7d8c"/>' +
    '<g fill="#0f7d8c"><rect x="64" y="11" width="20" height="4"/><rect x="72" y="11" width="4" height="16"/>' +
    '<rect x="88" y="11" width="4" height="16"/><rect x="88" y="11" width="14" height="4"/><rect x="88" y="17" width="12" height="4"/>' +
    '<rect x="88" y="23" width="14" height="4"/><rect x="108" y="11" width="4" height="16"/><rect x="108" y="11" width="14" height="4"/>' +
    '<rect x="128" y="11" width="4" height="16"/><rect x="142" y="11" width="4" height="16"/><path d="M128 11l18 16h-5l-13-11z"/></g>',
)

export const branded: HomeView = {
  ...quiet(20),
  page: {
    ...page,
    brand: changedBrand(noBrand, {
      logo: uri(logo),
      accent: '#0f5f6b',
      accent_dark: '#7fd3df',
      links: [
        { label: 'tern.example', url: 'https://tern.example/' },
        { label: 'Docs', url: 'https://docs.tern.example/' },
      ],
    }),
    support: {
      ...page.support,
      include: [
        'Name of your workshop',
        'Email of the user',
        'Phone',
        'Steps to reproduce',
        'Screenshot or recording',
        'Approximate time and time zone',
      ],
    },
  },
}
