import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { desc, inArray } from 'drizzle-orm'
import { announcements, deliveries } from '../../../db/schema.ts'
import { eventually, published, type Service } from '../../support/service.ts'
import { filledService, posted } from '../filled-service.ts'
import { openFile } from '../fill.ts'
import { gather } from './crowd.ts'
import type { Tally } from './counter.ts'
import { openOffice, type Office } from './office.ts'

export type Scene = {
  service: Service
  office: Office
  people: number
  /** Opens an incident, or says something new of it; returns when it was answered. */
  tell(): Promise<number>
  /** From the row of what was told last to the last of its deliveries. */
  expansion(): Promise<{ from: number; to: number }>
  /** The longest time the event loop stood still in a span, in ms. */
  longestBlock(from: number, to: number): Promise<number>
  /** Until the first mail has come. */
  anybodyTold(): Promise<Tally>
  /** Until everybody has a mail and nothing is under way. */
  everybodyTold(): Promise<Tally>
  /** What came of all tellings. */
  sent(): { mails: number; missed: number; twice: number }
  [Symbol.asyncDispose](): Promise<void>
}

const preload = new URL('loop-watch.ts', import.meta.url).href

/** The service and a counter, each in a process of its own, and a crowd of subscribers in the database. */
export async function openScene(people: number): Promise<Scene> {
  const office = await openOffice(people)
  const dir = await mkdtemp(join(tmpdir(), 'allclear-bench-'))
  const watch = join(dir, 'loop')
  const service = await filledService(20, 10, {
    RESEND_API_KEY: 're_bench',
    RESEND_BASE_URL: office.url,
    EMAIL_FROM: 'Bench <status@bench.example>',
    LOOP_WATCH: watch,
    // BENCH_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=DIR' shows where the time goes.
    NODE_OPTIONS: `--import ${preload} ${process.env['BENCH_NODE_OPTIONS'] ?? ''}`,
  })
  await service.kill('SIGTERM')
  await gather(service.dir, people)
  await service.restart()
  await published(service)
  let incident: string | null = null
  let words = 0
  const sent = { mails: 0, missed: 0, twice: 0 }

  async function when(look: (tally: Tally) => boolean, seconds = 60): Promise<Tally> {
    const end = performance.now() + seconds * 1000
    while (true) {
      const tally = await office.tally()
      if (look(tally) || performance.now() > end) return tally
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async function quiet(): Promise<void> {
    const db = await openFile(service.dir)
    await eventually('nothing is under way', async () => {
      const waiting = inArray(deliveries.state, ['pending', 'sending'])
      return (await db.select().from(deliveries).where(waiting).limit(1)).length === 0
    })
    db.close()
  }

  return {
    service,
    office,
    people,
    async tell() {
      const what = { body: `${paragraph} (${++words})` }
      if (incident === null) incident = await posted(service, '/api/admin/incidents', outage(what))
      else {
        const path = `/api/admin/incidents/${incident}/updates`
        await posted(service, path, { status: 'identified', ...what })
      }
      return Date.now()
    },
    async expansion() {
      const db = await openFile(service.dir)
      const [from, to] = await eventually(
        'it is expanded',
        async () => {
          const [newest] = await db
            .select()
            .from(announcements)
            .orderBy(desc(announcements.createdAt))
            .limit(1)
          return newest?.expandedAt ? [newest.createdAt, newest.expandedAt] : null
        },
        120,
      )
      db.close()
      return { from: from!, to: to! }
    },
    async longestBlock(from, to) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      const lines = (await readFile(watch, 'utf8')).trim().split('\n')
      const blocks = lines.map((line) => line.split(' ').map(Number) as [number, number])
      return Math.max(
        0,
        ...blocks.filter(([at]) => at > from && at <= to + 100).map(([, ms]) => ms),
      )
    },
    anybodyTold: () => when((tally) => tally.people > 0),
    async everybodyTold() {
      await when((tally) => tally.people === people, people / 500 + 60)
      await quiet()
      const tally = await office.tally()
      sent.mails += tally.people + tally.twice
      sent.missed += people - tally.people
      sent.twice += tally.twice
      return tally
    },
    sent: () => sent,
    async [Symbol.asyncDispose]() {
      await service.kill('SIGTERM')
      await service[Symbol.asyncDispose]()
      await office[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

const paragraph =
  'Payments by card fail for about a third of all customers. Our provider has found the reason in its ' +
  'network and moves traffic to another region; orders that were begun meanwhile are kept and need not be repeated.'

function outage(words: { body: string }) {
  return {
    name: 'Card payments fail',
    components: [
      { key: 'component-0', status: 'major_outage' },
      { key: 'component-1', status: 'partial_outage' },
    ],
    ...words,
  }
}
