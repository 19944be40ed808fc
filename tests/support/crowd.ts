import { expandAnnouncements } from '../../api/actions/telling/announcements.ts'
import type { Deps } from '../../api/deps.ts'
import type { Outcome } from '../../api/domain/delivery.ts'
import { SECOND } from '../../api/domain/time.ts'
import type { Message, Provider } from '../../api/providers/provider.ts'
import { shopWorld, subscribePeople } from './shop.ts'
import { openTrouble } from './telling.ts'
import { testClock, type TestClock, type World } from './world.ts'

export type Crowd = World & { provider: Provider; sent: { key: string; messages: Message[] }[] }

type Answer = (messages: Message[], key: string) => Outcome | Promise<Outcome>

/** Chats, whose words need no templates, by one provider of which a test says what it is like. */
export async function crowdWorld(
  change: Partial<Provider> & { answer?: Answer; clock?: TestClock } = {},
): Promise<Crowd> {
  const { answer = allAccepted, clock = testClock(), ...like } = change
  const sent: Crowd['sent'] = []
  const provider: Provider = {
    name: 'crowd',
    channel: 'slack',
    batchSize: 10,
    idempotent: true,
    ratePerSecond: 0,
    async send(messages, key) {
      sent.push({ key, messages })
      return answer(messages, key)
    },
    receive: () => Promise.resolve(null),
    ...like,
  }
  const made = await shopWorld({ clock, providers: [provider] })
  return Object.assign(made, { provider, sent })
}

export function allAccepted(messages: Message[]): Outcome {
  return {
    kind: 'answered',
    results: messages.map(({ delivery }) => ({ kind: 'accepted', provider_id: `p${delivery}` })),
  }
}

/** So many people have something to be told. */
export async function tellCrowd(deps: Deps, people: number): Promise<void> {
  await subscribePeople(deps, people, 'slack')
  await openTrouble(deps)
  await expandAnnouncements(deps)
}

/** Lets so many seconds pass at most while a beat sends; null where it is not over then. */
export async function secondsOf<T>(on: World, most: number, beat: Promise<T>): Promise<T | null> {
  const seen = { isOver: false }
  const end = beat.finally(() => (seen.isOver = true))
  end.catch(() => {})
  for (let second = 0; second < most && !seen.isOver; second++) {
    on.clock.advance(SECOND)
    for (let turn = 0; turn < 50 && !seen.isOver; turn++)
      await new Promise((resolve) => setImmediate(resolve))
  }
  return seen.isOver ? end : null
}
