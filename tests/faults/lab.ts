import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { createClient } from '@libsql/client'
import { expect } from 'vitest'
import type { SandboxOptions } from '../../api/sandbox/options.ts'
import { createSandbox } from '../../api/sandbox/sandbox.ts'
import { listenRaw } from '../support/listen.ts'
import { mailServer } from '../support/mail-server.ts'
import {
  resendApiKey,
  sandboxOptions,
  twilioAccountSid,
  twilioAuthToken,
  webhookSecret,
} from '../support/sandbox.ts'
import { eventually, freePort, startService, type Service } from '../support/service.ts'
import { random, seed } from './chance.ts'
import { openEndpoints } from './endpoints.ts'
import { overdueLeases } from './leases.ts'
import { addressesOf, secretKey, subscribe, type Audience } from './people.ts'
import { postOffice, type Kind } from './post.ts'
import { countTellings, incidentIn } from './tellings.ts'
import { clockOf, setJumped } from './time.ts'

const preload = new URL('preload.ts', import.meta.url).href

type Options = Audience & {
  /** How much faster than ours the time of the services runs. */
  speed?: number
  /** What its clocks show at the beginning; ours by default. */
  startsAt?: number
  /** Requests per second that Resend allows; unlimited by default. */
  rate?: number
  /** Whether providers call back. */
  receipts?: boolean
  keepsKeys?: boolean
  isStrict?: boolean
  listLag?: number
  /** A mail server of the shop's own that can stand in for Resend. */
  hasRelay?: boolean
  /** A libSQL server instead of a file. */
  databaseUrl?: string
  /** The file is left to the services, which find nothing. */
  isFresh?: boolean
}

export type Lab = Awaited<ReturnType<typeof openLab>>

/** A page, its subscribers and the providers; services under test are processes of their own in the lab's time. */
export async function openLab(options: Options = {}) {
  const { speed = 1, rate = 0, receipts = false } = options
  const dir = await mkdtemp(join(tmpdir(), 'allclear-lab-'))
  const origin = Date.now()
  const time = { origin, start: options.startsAt ?? origin, speed, file: join(dir, 'jumped') }
  await setJumped(time, 0)
  const now = clockOf(time)
  const databaseUrl = options.databaseUrl ?? `file:${join(dir, 'allclear.db')}`
  const services: Service[] = []
  // What people are sent names one address, whichever of several services sends it.
  const publicUrl = `http://127.0.0.1:${await freePort()}`
  let started = 0
  let made = 0
  let jumped = 0

  const tellings = countTellings()
  const sandbox = createSandbox({
    ...sandboxOptions,
    clock: { now },
    rate,
    deliverReceipts: receipts,
    webhookUrl: () => services[0]?.url ?? 'http://nobody.invalid',
    onAccepted(message) {
      const { channel, to, text } = message
      tellings.count(to, incidentIn(channel === 'email' ? message.headers['References'] : text))
    },
  } satisfies SandboxOptions)
  const office = postOffice(sandbox, now, options)
  const post = await listenRaw(getRequestListener(office.fetch))
  const endpoints = await openEndpoints()
  let atRelay: (() => Promise<unknown>) | null = null
  const relay = options.hasRelay
    ? await mailServer({
        onMailFrom(_from, _session, goOn) {
          const act = atRelay
          atRelay = null
          void Promise.resolve(act?.()).then(() => goOn())
        },
      })
    : null
  const subscribeAll = () => subscribe({ databaseUrl, dir, now }, options)
  if (!options.isFresh) await subscribeAll()

  async function start(env: Record<string, string> = {}): Promise<Service> {
    const service = await startService({
      NODE_OPTIONS: `--import ${preload}`,
      FAULT_TIME: JSON.stringify(time),
      FAULT_ENDPOINTS: String(endpoints.port),
      // Each by its own dice: two that waited equally long would meet again and again.
      FAULT_SEED: String(seed + services.length),
      PUBLIC_URL: publicUrl,
      ...(started++ === 0 ? { PORT: new URL(publicUrl).port } : {}),
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
      ...(relay ? { SMTP_URL: relay.url } : {}),
      ...env,
    })
    services.push(service)
    return service
  }

  const lab = {
    dir,
    /** Everybody who is to hear of whatever is acknowledged. */
    audience: addressesOf(options),
    databaseUrl,
    mails: options.mails ?? 0,
    texts: options.texts ?? 0,
    posts: options.posts ?? 0,
    now,
    speed,
    sandbox,
    office,
    endpoints,
    relay,
    postUrl: post.url,
    services,
    chance: random(seed),
    /** Incidents that the API has acknowledged. */
    acknowledged: [] as string[],
    /** Requests to open one that nobody answered: it is there, or not. */
    unanswered: 0,
    kills: 0,
    start,
    /** Ends a service in good order and starts another one in its place, with other settings. */
    async startAgain(service: Service, env: Record<string, string>): Promise<Service> {
      await service.kill('SIGTERM')
      await service[Symbol.asyncDispose]()
      const fresh = await start({ PORT: new URL(service.url).port, ...env })
      services.splice(services.indexOf(service), 1, services.pop()!)
      return fresh
    },
    subscribeAll,
    /** Moves the time of all processes. */
    async jump(ms: number): Promise<void> {
      jumped += ms
      await setJumped(time, jumped)
    },
    /** Posts a body, which is answered with what came of it; who is just starting is asked again. */
    async make(service: Service, path: string, body: object): Promise<string> {
      const request = { method: 'POST', body, headers: { 'idempotency-key': `${path} ${made++}` } }
      const answer = await eventually(`${path} is answered`, async () => {
        const answer = await service.api(path, request)
        return answer.status !== 503 && answer
      })
      const text = await answer.text()
      expect(answer.status, text).toBe(201)
      return text
    },
    /** Opens an incident, and remembers what was acknowledged. */
    async open(service: Service, change: object = {}): Promise<string> {
      const text = await lab.make(service, '/api/admin/incidents', { ...outage, ...change })
      const { id } = JSON.parse(text) as { id: string }
      lab.acknowledged.push(id)
      return id
    },
    /** Holds the next mail that comes to the relay until `act` has ended. */
    stepInAtRelay(act: () => Promise<unknown>): void {
      atRelay = act
    },
    /** Reads the database beside the services. */
    async look<Row>(sql: string): Promise<Row[]> {
      const client = createClient({ url: databaseUrl, timeout: 5_000 })
      try {
        return (await client.execute(sql)).rows as Row[]
      } finally {
        client.close()
      }
    },
    /** How many messages each recipient got, as those count them who took them. */
    told(kind: Kind | 'post'): Map<string, number> {
      if (kind === 'post') return endpoints.recipients()
      if (kind === 'text') return sandbox.texts.recipients
      const told = new Map(sandbox.mails.recipients)
      for (const to of relay?.arrived.flatMap((mail) => mail.to) ?? [])
        told.set(to, (told.get(to) ?? 0) + 1)
      return told
    },
    /** How often everybody was told of what, as those count it who took the messages. */
    tellings() {
      const all = countTellings()
      for (const { to, incident, times } of tellings.all()) all.count(to, incident, times)
      for (const { url, incident } of endpoints.messages()) all.count(url, incident)
      for (const { to, mail } of relay?.arrived ?? [])
        for (const address of to) all.count(address, incidentIn(mail.references))
      return all.all()
    },
    /** While nobody looks at the database but who asks for it. */
    undisturbed: <T>(act: () => Promise<T>): Promise<T> => leases.undisturbed(act),
    /** Ends the watch over leases: those that nobody took over in time. */
    overdue: () => leases.end(),
    async [Symbol.asyncDispose]() {
      await leases.end()
      for (const service of services) await service[Symbol.asyncDispose]()
      sandbox.stop()
      await Promise.all([post.close(), endpoints.close(), relay?.close()])
      await rm(dir, { recursive: true, force: true })
    },
  }
  const leases = overdueLeases(lab)
  return lab
}

export const outage = {
  name: 'Checkout is down',
  body: 'We are looking into it.',
  components: [{ key: 'checkout', status: 'major_outage' }],
}
