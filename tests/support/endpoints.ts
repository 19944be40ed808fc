import { eq } from 'drizzle-orm'
import { MINUTE } from '../../api/domain/time.ts'
import type { Provider } from '../../api/providers/provider.ts'
import { webhook } from '../../api/providers/webhook.ts'
import { subscribers } from '../../db/schema.ts'
import { listen } from './listen.ts'
import { fetchAt } from './posting.ts'
import { shopWorld, subscribePeople } from './shop.ts'
import { openTrouble, tick } from './telling.ts'
import { testClock, type World } from './world.ts'

type Seen = { path: string; headers: Headers; body: { type: string; data: Record<string, string> } }
export type Endpoints = World & {
  seen: Seen[]
  answer: { with(path: string, body: Seen['body']): Response | Promise<Response> }
}

/** A shop whose subscribers have webhooks on one server of loopback, each at a path of its own: /0, /1 ... */
export async function endpointWorld(change: Partial<Provider> = {}): Promise<Endpoints> {
  const clock = testClock()
  const seen: Seen[] = []
  const answer: Endpoints['answer'] = { with: () => new Response() }
  const server = await listen(async (request) => {
    const { pathname: path } = new URL(request.url)
    const body = (await request.json()) as Seen['body']
    seen.push({ path, headers: request.headers, body })
    return answer.with(path, body)
  })
  const settings = { fetch: fetchAt(server.url), userAgent: 'Allclear/1 (tests)', now: clock.now }
  const made = await shopWorld({ clock, providers: [{ ...webhook(settings), ...change }] })
  return Object.assign(made, {
    seen,
    answer,
    async [Symbol.asyncDispose]() {
      await made.dispose()
      await server.close()
    },
  })
}

export async function subscribeEndpoints({ deps }: World, count: number): Promise<void> {
  await subscribePeople(deps, count, 'webhook')
  const rows = await deps.db.select({ seq: subscribers.seq }).from(subscribers)
  for (const [i, { seq }] of rows.entries())
    await deps.db
      .update(subscribers)
      .set({ address: `https://hooks.example/${i}` })
      .where(eq(subscribers.seq, seq))
}

export async function theEndpoint({ deps }: World) {
  const [row] = await deps.db.select().from(subscribers)
  return row!
}

/** One request to the endpoint `minutes` later; each is about an incident of its own. */
export async function tell(on: Endpoints, minutes: number): Promise<void> {
  on.clock.advance(minutes * MINUTE)
  await openTrouble(on.deps, { name: `Trouble at ${on.clock.now()}` })
  await tick(on.deps)
}
