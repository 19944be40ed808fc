import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { createSecrets, newId } from '../../api/secrets.ts'
import { openDatabase } from '../../db/client.ts'
import type { Deps } from '../../api/deps.ts'
import {
  resendApiKey,
  runSandbox,
  twilioAccountSid,
  twilioAuthToken,
  webhookSecret,
} from '../support/sandbox.ts'
import { eventually, startService } from '../support/service.ts'
import { subscribePeople } from '../support/shop.ts'

const MAILS = 1000
const TEXTS = 10
const secretKey = 'a secret key of the fault tests, long enough'
const seed = Number(process.env['FAULT_SEED'] ?? 20261121)

/** The same numbers for the same seed (mulberry32), so that a failure can be repeated. */
function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

test(`three kills in the middle of telling 1,000 people: nobody is missed, nobody is told twice (seed ${seed})`, async () => {
  const chance = random(seed)
  const post = await runSandbox({ rate: 8, clock: { now: () => Date.now() } })
  post.sandbox.faults.set('resend', 'error_after', 2)
  post.sandbox.faults.set('twilio', 'error_after', 1)
  await using service = await startService({
    SECRET_KEY: secretKey,
    EMAIL_FROM: 'Corner Shop <status@corner-shop.example>',
    RESEND_API_KEY: resendApiKey,
    RESEND_BASE_URL: `${post.url}/resend`,
    RESEND_WEBHOOK_SECRET: webhookSecret,
    TWILIO_ACCOUNT_SID: twilioAccountSid,
    TWILIO_AUTH_TOKEN: twilioAuthToken,
    TWILIO_FROM: '+15005550006',
    TWILIO_BASE_URL: `${post.url}/twilio`,
  })
  await subscribeAll(service.dir)

  const opened = await service.api('/api/admin/incidents', {
    method: 'POST',
    body: {
      name: 'Checkout is down',
      body: 'We are looking into it.',
      components: [{ key: 'checkout', status: 'major_outage' }],
    },
  })
  expect(opened.status).toBe(201)
  const { id } = (await opened.json()) as { id: string }

  for (let kill = 0; kill < 3; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 20 + chance() * 400))
    await service.kill('SIGKILL')
    await service.restart()
    // The page answers at once; writing and reading facts follow when the database is open.
    await eventually('the acknowledged incident is there', async () => {
      const found = await service.api(`/api/admin/incidents/${id}`)
      expect([200, 503]).toContain(found.status)
      return found.status === 200
    })
  }

  const progress = await eventually(
    'everybody is told',
    async () => {
      const answer = await service.api(`/api/admin/announcements?incident_id=${id}`)
      const { announcements } = (await answer.json()) as { announcements: { done: boolean }[] }
      return announcements.every(({ done }) => done) && announcements[0]
    },
    240,
  )
  expect(progress).toMatchObject({ total: MAILS + TEXTS, told: MAILS + TEXTS, done: true })
  expect(post.sandbox.mails.recipients.size).toBe(MAILS)
  expect(post.sandbox.texts.recipients.size).toBe(TEXTS)
  expect(post.sandbox.mails.duplicates + post.sandbox.texts.duplicates).toBe(0)

  expect(await service.kill('SIGTERM')).toBe(0)
  const file = createClient({ url: `file:${join(service.dir, 'allclear.db')}` })
  expect((await file.execute('PRAGMA integrity_check')).rows[0]![0]).toBe('ok')
  const held = await file.execute(
    "SELECT count(*) FROM batches WHERE state = 'open' AND leased_until IS NOT NULL",
  )
  expect(held.rows[0]![0]).toBe(0)
  file.close()
  await post.close()
}, 300_000)

/** Confirmed subscribers, written beside the running service as a restored backup would have them. */
async function subscribeAll(dir: string): Promise<void> {
  const { database, connect } = openDatabase({
    connect: async () =>
      createClient({ url: `file:${join(dir, 'allclear.db')}`, concurrency: 1, timeout: 5000 }),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
  })
  await connect()
  const deps = {
    db: database,
    clock: { now: () => Date.now() },
    secrets: await createSecrets(secretKey),
    newId,
  } as Deps
  await subscribePeople(deps, MAILS)
  await subscribePeople(deps, TEXTS, 'sms')
  database.close()
}
