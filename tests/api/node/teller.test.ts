import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nudge } from '../../../api/actions/nudge.ts'
import { writeTo } from '../../../api/actions/telling/announcements.ts'
import { readConfig } from '../../../api/config.ts'
import type { Deps } from '../../../api/deps.ts'
import { HOUR, MINUTE } from '../../../api/domain/time.ts'
import { systemClock } from '../../../api/node/clock.ts'
import { createTeller, type Teller } from '../../../api/node/teller.ts'
import { resend } from '../../../api/providers/resend.ts'
import { createSecrets } from '../../../api/secrets.ts'
import { createSandbox } from '../../../api/sandbox/sandbox.ts'
import { states } from '../../support/deliveries.ts'
import { listen, until, type Listening } from '../../support/listen.ts'
import { resendApiKey, sandboxOptions } from '../../support/sandbox.ts'
import { openShop, subscribePeople } from '../../support/shop.ts'
import { openTrouble } from '../../support/telling.ts'
import { world, type World } from '../../support/world.ts'

const secretKey = 'a secret of tests that is long enough'
const clock = { ...systemClock, now: () => systemClock.now() + ahead, advance() {} }
const never = () => false

// On a busy machine a thread takes its time to start.
vi.setConfig({ testTimeout: 60_000 })

let shop: World
let teller: Teller
let post: Listening
let sandbox: ReturnType<typeof createSandbox>
/** What an answer of the provider waits for. */
let held: Promise<void> | null
/** Requests that the provider was sent. */
let begun: number
/** Of these those from the thread that answers for pages. */
let sentHere: number
/** Threads that were started. */
let threads: Worker[]
/** How far ahead the clock of this thread is set, and what its stopwatch shows. */
let ahead: number
let elapsed: number

const noteThread = (worker: Worker) => void threads.push(worker)
/** Each has another for its database, of which we hear nothing. */
const tellers = () => threads.length

beforeEach(async () => {
  begun = 0
  sentHere = 0
  held = null
  threads = []
  sandbox = createSandbox(sandboxOptions)
  post = await listen(async (request) => {
    begun++
    const answer = await sandbox.app.fetch(request)
    await held
    return answer
  })
  shop = await world({
    clock,
    secrets: await createSecrets(secretKey),
    render: () => Promise.resolve(new Response('a page')),
    providers: [
      {
        ...resend({ apiKey: resendApiKey, from: 'x@shop.example', fetch }),
        send() {
          sentHere++
          return Promise.resolve({ kind: 'uncertain', code: 'here', reason: 'not in this thread' })
        },
      },
    ],
  })
  const config = {
    ...readConfig({
      DATA_DIR: shop.dir,
      DATABASE_URL: `file:${join(shop.dir, 'allclear.db')}`,
      EMAIL_FROM: 'Corner Shop <status@shop.example>',
      RESEND_API_KEY: resendApiKey,
      RESEND_BASE_URL: `${post.url}/resend`,
    }),
    SECRET_KEY: secretKey,
    ADMIN_API_KEY: 'admin.0123456789abcdefghijklmnop',
  }
  const { publicUrl, instance, startedAt } = shop.deps
  const settings = { config, publicUrl, instance, startedAt, endpointsUrl: null }
  ahead = elapsed = 0
  teller = createTeller(
    () => shop.deps,
    settings,
    () => elapsed,
  )
  process.on('worker', noteThread)
  shop.deps.teller = teller.tell
  await openShop(shop.deps)
})

afterEach(async () => {
  process.off('worker', noteThread)
  await teller.stop()
  await post.close()
  sandbox.stop()
  await shop.dispose()
})

/** How often each address was told. */
const told = () => Object.fromEntries(sandbox.mails.recipients)

test('what is due is told by another thread', async () => {
  await subscribePeople(shop.deps, 150)
  await openTrouble(shop.deps)
  expect(await teller.tell('expand', never)).toBe(150)
  expect(await teller.tell('send', never)).toBe(2)
  expect(Object.keys(told()).length).toBe(150)
  expect(await states(shop.deps)).toEqual({ accepted: 150 })
  expect(sentHere).toBe(0)
  expect(tellers()).toBe(1)
})

test('while nothing is due no thread is started', async () => {
  await subscribePeople(shop.deps, 1)
  expect(await teller.tell('expand', never)).toBe(0)
  expect(await teller.tell('send', never)).toBe(0)
  expect(tellers()).toBe(0)
})

test('a thread that has nothing to do for a minute is ended, whatever the clock is set to', async () => {
  await subscribePeople(shop.deps, 150)
  await openTrouble(shop.deps)
  await teller.tell('expand', never)
  elapsed = MINUTE
  ahead = HOUR
  expect(await teller.tell('expand', never)).toBe(0)
  ahead = 0
  expect(await teller.tell('send', never)).toBe(2)
  const ended = new Promise((resolve) => threads[0]!.once('exit', resolve))
  elapsed = 3 * MINUTE
  expect(await teller.tell('expand', never)).toBe(0)
  expect(await ended).toBe(0)
  await openTrouble(shop.deps)
  expect(await teller.tell('expand', never)).toBe(150)
  expect(tellers()).toBe(2)
})

test('a thread that dies is started again, and what it had in its hands is sent once', async () => {
  await subscribePeople(shop.deps, 150)
  await openTrouble(shop.deps)
  await teller.tell('expand', never)
  held = new Promise(() => undefined)
  const sending = teller.tell('send', never)
  await until(() => begun > 0)
  await Promise.all([
    expect(sending).rejects.toThrow('the thread that tells died'),
    threads[0]!.terminate(),
  ])
  expect(await states(shop.deps)).toMatchObject({ sending: expect.any(Number) as number })
  expect(shop.log.join('\n')).toContain('the thread that tells died')
  held = null
  await teller.tell('send', never)
  expect(tellers()).toBe(2)
  expect(await states(shop.deps)).toEqual({ accepted: 150 })
  expect(new Set(Object.values(told()))).toEqual(new Set([1]))
})

test('stopping waits for what is under way, and begins nothing more', async () => {
  await subscribePeople(shop.deps, 1_500)
  await openTrouble(shop.deps)
  await teller.tell('expand', never)
  const answers = Promise.withResolvers<void>()
  held = answers.promise
  const sending = teller.tell('send', never)
  await until(() => begun > 0)
  const stopping = teller.stop()
  answers.resolve()
  await Promise.all([sending, stopping])
  const sent = Object.keys(told()).length
  expect(sent).toBeGreaterThan(0)
  expect(sent).toBeLessThan(1_500)
  expect(await states(shop.deps)).toEqual({ accepted: sent, pending: 1_500 - sent })
  expect(await teller.tell('send', never)).toBe(0)
})

test('whoever asks is told now and then that it is at work', async () => {
  await subscribePeople(shop.deps, 10)
  await openTrouble(shop.deps)
  await teller.tell('expand', never)
  let seen = 0
  await teller.tell('send', () => {
    seen++
    return false
  })
  // Once before it begins.
  expect(seen).toBeGreaterThan(1)
})

test('a nudge reaches the thread', async () => {
  await subscribePeople(shop.deps, 1)
  await shop.deps.db.write(writeTo(shop.deps, await personOf(shop.deps), 'already_subscribed'))
  nudge(shop.deps)
  await shop.settled()
  expect(told()).toEqual({ 'person0@example.com': 1 })
  expect(tellers()).toBe(1)
})

async function personOf(deps: Deps) {
  return (await deps.db.query.subscribers.findFirst())!
}
