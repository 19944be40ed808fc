import { components, componentStatusIntervals, groups, page, subscribers } from '../../db/schema.ts'
import type { Deps } from '../../api/deps.ts'
import { noSms } from '../../api/domain/sms.ts'
import { everything, type Preferences } from '../../api/domain/subscription.ts'
import type { Channel } from '../../api/domain/words.ts'
import { world, type World } from './world.ts'

export const shop = {
  page: 'pagepagepage',
  group: 'groupgroup00',
  search: 'search000000',
  checkout: 'checkout0000',
}

/** The shop on a fresh database file; pass what the test looks at. */
export async function shopWorld(given: Parameters<typeof world>[0] = {}): Promise<World> {
  const made = await world(given)
  await openShop(made.deps)
  return made
}

/** A page with two components, one of them in a group. */
export async function openShop(deps: Deps): Promise<void> {
  const dated = { createdAt: deps.clock.now(), updatedAt: deps.clock.now() }
  await deps.db.write([
    deps.db.insert(page).values({
      id: shop.page,
      name: 'Corner Shop',
      timeZone: 'Europe/Berlin',
      severities: [
        {
          key: 'SEV-1',
          name: 'SEV-1',
          impact: 'critical',
          respond_within_min: 15,
          resolve_within_min: null,
          update_every_min: 30,
        },
      ],
      sms: { ...noSms, countries: ['DE', 'FR', 'GB', 'US'] },
      profile: 'tests',
      ...dated,
    }),
    deps.db
      .insert(groups)
      .values({ id: shop.group, key: 'shop', name: 'Shop', position: 1, ...dated }),
    deps.db.insert(components).values([
      { id: shop.search, key: 'search', name: 'Search', position: 1, ...dated },
      {
        id: shop.checkout,
        key: 'checkout',
        name: 'Checkout',
        groupId: shop.group,
        position: 1,
        ...dated,
      },
    ]),
    deps.db.insert(componentStatusIntervals).values([
      { componentId: shop.search, status: 'operational', startedAt: dated.createdAt },
      { componentId: shop.checkout, status: 'operational', startedAt: dated.createdAt },
    ]),
  ])
}

/** Confirmed subscribers `person0@example.com`, `person1@...`, or `+4915100000000`, `+4915100000001`. */
export async function subscribePeople(
  deps: Deps,
  count: number,
  channel: Channel = 'email',
  preferences: Partial<Preferences> = {},
): Promise<void> {
  const now = deps.clock.now()
  const rows = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const address =
        channel === 'email' ? `person${i}@example.com` : `+49151${String(i).padStart(8, '0')}`
      return {
        id: `${channel}${String(i).padStart(12 - channel.length, '0')}`,
        channel,
        address,
        addressHash: await deps.secrets.hashAddress(channel, address),
        state: 'active' as const,
        preferences: { ...everything, ...preferences },
        timeZone: 'Europe/Berlin',
        challengedAt: now,
        consent: { at: now, source: 'test', text_version: '1', ip_hash: null },
        createdAt: now,
        confirmedAt: now,
        updatedAt: now,
      }
    }),
  )
  for (let from = 0; from < rows.length; from += 500)
    await deps.db.insert(subscribers).values(rows.slice(from, from + 500))
}
