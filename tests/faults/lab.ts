import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect } from 'vitest'
import { migrateDatabase } from '../../api/node/database.ts'
import { createSandbox } from '../../api/sandbox/sandbox.ts'
import type { SandboxOptions } from '../../api/sandbox/options.ts'
import { createSecrets, newId } from '../../api/secrets.ts'
import { openDatabase } from '../../db/client.ts'
import type { Deps } from '../../api/deps.ts'
import { listen } from '../support/listen.ts'
import {
  resendApiKey,
  sandboxOptions,
  twilioAccountSid,
  twilioAuthToken,
  webhookSecret,
} from '../support/sandbox.ts'
import { eventually, startService, type Service } from '../support/service.ts'
import { subscribePeople } from '../support/shop.ts'
import { random, seed } from './chance.ts'
import { clockOf } from './time.ts'
import { postOffice, type Kind } from './post.ts'

export const secretKey = 'a secret key of the fault tests, long enough'
const preload = new URL('preload.ts', import.meta.url).href

type Options = {
  mails?: number
  texts?: number
  /** How much faster than ours the time of the services runs. */
  speed?: number
  /** Requests per second that Resend allows; unlimited by default. */
  rate?: number
  /** Whether providers call back. */
  receipts?: boolean
  /** A provider that ignores idempotency keys sends whatever it is asked to. */
  keepsKeys?: boolean
  /** A libSQL server instead of a file. */
  databaseUrl?: string
  /** The file is left to the services, which find nothing. */
  isFresh?: boolean
}

export type Lab = Awaited<ReturnType<typeof openLab>>

/** A page, its subscribers and the providers; services under test are processes of their own in the lab's time. */
export async function openLab(options: Options = {}) {
  const { mails = 0, texts = 0, speed = 1, rate = 0, receipts = false } = options
  const dir = await mkdtemp(join(tmpdir(), 'allclear-lab-'))
  const time = { origin: Date.now(), speed, file: join(dir, 'jumped') }
  await writeFile(time.file, '0')
  const now = clockOf(time)
  const databaseUrl = options.databaseUrl ?? `file:${join(dir, 'allclear.db')}`
  const services: Service[] = []
  let jumped = 0
  let answering = ''

  const sandbox = createSandbox({
    ...sandboxOptions,
    clock: { now },
    rate,
    deliverReceipts: receipts,
    webhookUrl: () => services[0]?.url ?? 'http://nobody.invalid',
  } satisfies SandboxOptions)
  const office = postOffice(sandbox, now, { keepsKeys: options.keepsKeys ?? true })
  const post = await listen(office.fetch)
  const subscribeAll = () => subscribe({ databaseUrl, dir, now, mails, texts })
  if (!options.isFresh) await subscribeAll()

  async function start(env: Record<string, string> = {}): Promise<Service> {
    const service = await startService({
      NODE_OPTIONS: `--import ${preload}`,
      FAULT_TIME: JSON.stringify(time),
      CONFIG: join(import.meta.dirname, 'shop.yaml'),
      DATABASE_URL: databaseUrl,
      SECRET_KEY: secretKey,
      EMAIL_FROM: 'Corner Shop <status@corner-shop.example>',
      RESEND_API_KEY: resendApiKey,
      RESEND_BASE_URL: `${post.url}/resend`,
      RESEND_WEBHOOK_SECRET: webhookSecret,
      TWILIO_ACCOUNT_SID: twilioAccountSid,
      TWILIO_AUTH_TOKEN: twilioAuthToken,
      TWILIO_MESSAGING_SERVICE_SID: 'MG0123456789abcdef0123456789abcdef',
      TWILIO_BASE_URL: `${post.url}/twilio`,
      ...env,
    })
    services.push(service)
    return service
  }

  const lab = {
    dir,
    databaseUrl,
    mails,
    texts,
    now,
    sandbox,
    office,
    postUrl: post.url,
    services,
    chance: random(seed),
    /** Incidents that the API has acknowledged. */
    acknowledged: [] as string[],
    kills: 0,
    start,
    subscribeAll,
    /** Moves the time of all processes. */
    async jump(ms: number): Promise<void> {
      jumped += ms
      await writeFile(time.file, String(jumped))
    },
    /** Opens an incident, and remembers what was acknowledged. */
    async open(service: Service, change: object = {}): Promise<string> {
      const answer = await service.api('/api/admin/incidents', {
        method: 'POST',
        body: { ...outage, ...change },
      })
      if (answer.status !== 201) answering = await answer.text()
      expect(answer.status, answering).toBe(201)
      const { id } = (await answer.json()) as { id: string }
      lab.acknowledged.push(id)
      return id
    },
    /** Reads the database beside the services. */
    async look<Row>(sql: string): Promise<Row[]> {
      const client = createClient({ url: databaseUrl })
      try {
        return (await client.execute(sql)).rows as Row[]
      } finally {
        client.close()
      }
    },
    /** How often each recipient's messages were accepted, as the providers count it. */
    told: (kind: Kind) => (kind === 'mail' ? sandbox.mails : sandbox.texts).recipients,
    async [Symbol.asyncDispose]() {
      for (const service of services) await service[Symbol.asyncDispose]()
      sandbox.stop()
      await post.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
  return lab
}

export const outage = {
  name: 'Checkout is down',
  body: 'We are looking into it.',
  components: [{ key: 'checkout', status: 'major_outage' }],
}

/** Kills a service in the middle of sending `kind`, at a moment of chance, and starts it again. */
export async function killSometime(lab: Lab, service: Service, kind: Kind): Promise<void> {
  const kill = () => service.kill('SIGKILL')
  const nth = 1 + Math.floor(lab.chance() * 2)
  const moment = Math.floor(lab.chance() * 3)
  const wait = lab.chance() * 60
  const struck =
    moment < 2
      ? lab.office.stepIn(kind, nth, moment === 0 ? 'before' : 'after', kill)
      : lab.office.stepIn(kind, nth, 'after', () => Promise.resolve()).then(() => pause(wait))
  await Promise.race([struck, pause(5_000)])
  await kill()
  lab.kills++
  await service.restart()
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

type Progress = { total: number; told: number; done: boolean; states: Record<string, number> }

/** What the page says of the newest announcement of an incident, once there is nothing more to do. */
export async function untilTold(
  service: Service,
  incident: string,
  seconds = 60,
): Promise<Progress> {
  let last = ''
  return eventually(
    'everybody is told',
    async () => {
      const answer = await service
        .api(`/api/admin/announcements?incident_id=${incident}`)
        .catch(() => null)
      if (answer?.status !== 200) return false
      last = await answer.text()
      const { announcements } = JSON.parse(last) as { announcements: Progress[] }
      return announcements.length > 0 && announcements.every(({ done }) => done) && announcements[0]
    },
    seconds,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${last}\n${service.output().slice(-3000)}`)
  })
}

type Audience = { databaseUrl: string; dir: string; now(): number; mails: number; texts: number }

/** Confirmed subscribers, as a restored backup has them. */
async function subscribe({ databaseUrl, dir, now, mails, texts }: Audience): Promise<void> {
  await migrateDatabase({
    DATABASE_URL: databaseUrl,
    DATABASE_AUTH_TOKEN: undefined,
    DATA_DIR: dir,
  })
  const { database, connect } = openDatabase({
    connect: async () => createClient({ url: databaseUrl, concurrency: 1 }),
    sleep: pause,
    random: Math.random,
  })
  await connect()
  const deps = {
    db: database,
    clock: { now },
    secrets: await createSecrets(secretKey),
    newId,
  } as unknown as Deps
  await subscribePeople(deps, mails)
  await subscribePeople(deps, texts, 'sms')
  database.close()
}

/** For names of scenarios. */
export const seeded = `(seed ${seed})`
