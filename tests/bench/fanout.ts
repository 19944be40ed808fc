import { bareCost } from './fanout/bare.ts'
import { databaseBytes } from './fanout/crowd.ts'
import { latencyOf, type Latency } from './fanout/latency.ts'
import { UNLIMITED } from './fanout/office.ts'
import { openScene, type Scene } from './fanout/scene.ts'
import { published } from '../support/service.ts'
import { cpuTime, median, peakMegabytes, spread } from './measure.ts'
import type { Report } from './report.ts'

/** Requests per second of a provider with a limit, and the seconds for which it is looked at. */
const LIMIT = 10
const LIMITED_FOR = 20
/** Fewer are told too fast to be looked at for long. */
const MANY = LIMIT * LIMITED_FOR * 100
/** More take so long that they are told once only. */
const VERY_MANY = 200_000
/** Readers that look at the page meanwhile are looked at as long, in seconds. */
const READ_FOR = 5
/** One slow answer among so few is an accident: the median of so many looks counts. */
const LOOKS = 3

type Cost = { people: number; cpu: number }

/** A telling to `sizes` people each, by the real service, to a provider that does nothing but count. */
export async function fanout(report: Report, sizes: number[]): Promise<void> {
  let smallest: Cost | null = null
  for (const people of sizes.length > 0 ? sizes : [1000, 100_000, 1_000_000]) {
    const cost: Cost = { people, cpu: await tellings(report, people) }
    smallest ??= cost
    if (smallest !== cost) growth(report, cost, smallest)
  }
}

function growth(report: Report, cost: Cost, smallest: Cost): void {
  const ratio = cost.cpu / smallest.cpu
  report.add({
    what: `${cost.people} people: CPU per 100 mails, beside ${smallest.people}`,
    ours: `${cost.cpu.toFixed(1)} ms`,
    yardstick: `${smallest.cpu.toFixed(1)} ms`,
    against: `${ratio.toFixed(2)} (<= 1.2)`,
    met: ratio <= 1.2,
  })
}

/** All that is measured with so many subscribers; returns the CPU time per 100 mails, in ms. */
async function tellings(report: Report, people: number): Promise<number> {
  report.progress(`fanout: gathering ${people} people`)
  await using scene = await openScene(people)
  const empty = await databaseBytes(scene.service.dir)
  const isMany = people >= MANY && people <= VERY_MANY
  const cpu = await batches(report, scene)
  if (isMany) await limited(report, scene)
  if (people <= VERY_MANY) await endToEnd(report, scene)
  if (isMany) await readWhileTelling(report, scene)
  const rss = peakMegabytes(scene.service.pid())
  report.add({
    what: `${people} people: RSS at its peak`,
    ours: `${rss.toFixed(0)} MB`,
    against: '< 250 MB',
    met: rss < 250,
  })
  const { mails, missed, twice } = scene.sent()
  const bytes = ((await databaseBytes(scene.service.dir)) - empty) / mails
  report.add({
    what: `${people} people: database per 100,000 deliveries`,
    ours: `${((bytes * 100_000) / 1e6).toFixed(1)} MB`,
  })
  report.add({
    what: `${people} people: mails missed, told twice`,
    ours: `${missed}, ${twice} of ${mails}`,
    against: '0, 0',
    met: missed === 0 && twice === 0,
  })
  return cpu
}

/**
 * Expansion while the provider refuses everything, then batches alone, beside a sender that has no database. Returns what
 * 100 mails cost, in ms.
 */
async function batches(report: Report, scene: Scene): Promise<number> {
  const { office, service, people } = scene
  const rounds = people < MANY ? 10 : 1
  const runs: { expansion: number; block: number; speed: number; cpu: number }[] = []
  for (let round = 0; round < rounds; round++) {
    report.progress(`fanout: ${people} people, expanded and then sent, ${round + 1}/${rounds}`)
    office.forget()
    office.allow(0)
    await scene.tell()
    const { from, to } = await scene.expansion()
    const block = await scene.longestBlock(from, to)
    await published(service)
    const cpu = cpuTime(service.pid())
    office.allow(UNLIMITED)
    const { firstAt, lastAt } = await scene.everybodyTold()
    runs.push({
      expansion: to - from,
      block,
      speed: (people / (lastAt - firstAt)) * 1000,
      cpu: ((cpuTime(service.pid()) - cpu) / people) * 100,
    })
  }
  // The first ones of many short ones still warm up.
  const warm = runs.slice(rounds / 2)
  const of = (figure: keyof (typeof runs)[number]) => warm.map((run) => run[figure])
  const body = await office.lastBody()
  const bare = await bareCost(office, body, Math.min(people, VERY_MANY / 2))
  const allowed = 2000 * Math.max(1, people / 100_000)
  report.add({
    what: `${people} people: expanded, ms`,
    ours: spread(of('expansion')),
    against: `< ${allowed} ms`,
    met: median(of('expansion')) < allowed,
  })
  report.add({
    what: `${people} people: longest block of the event loop meanwhile, ms`,
    ours: spread(of('block'), 1),
    against: '<= 25 ms',
    met: median(of('block')) <= 25,
  })
  const ratio = median(of('speed')) / bare.speed
  report.add({
    what: `${people} people: mails/s, first to last, ${Math.round(body.length / 100)} B each`,
    ours: spread(of('speed')),
    yardstick: `${bare.speed.toFixed(0)} (only sends)`,
    against: `${ratio.toFixed(2)}`,
  })
  report.add({
    what: `${people} people: CPU per 100 mails, ms`,
    ours: spread(of('cpu'), 1),
    yardstick: `${bare.cpu.toFixed(1)} (only sends)`,
    against: (median(of('cpu')) / bare.cpu).toFixed(2),
  })
  return median(of('cpu'))
}

/** How much of what a provider allows is used, and what readers feel of it. */
async function limited(report: Report, scene: Scene): Promise<void> {
  const { office, service, people } = scene
  report.progress(`fanout: ${people} people, ${LIMIT} requests/s for ${LIMITED_FOR} s`)
  const idle = await looks(service.url)
  office.forget()
  office.allow(LIMIT)
  await scene.tell()
  const { firstAt } = await scene.anybodyTold()
  await scene.expansion()
  const busy = await looks(service.url)
  await new Promise((resolve) => setTimeout(resolve, firstAt + LIMITED_FOR * 1000 - Date.now()))
  const { accepted, throttled } = await office.tally()
  const share = accepted / (LIMIT * LIMITED_FOR)
  report.add({
    what: `${people} people: share of ${LIMIT} requests/s used, 429s`,
    ours: `${share.toFixed(3)}, ${throttled}`,
    against: '>= 0.95',
    met: share >= 0.95,
  })
  beside(report, `${people} people: page at that pace, beside idle`, busy, idle)
  office.allow(UNLIMITED)
  await scene.everybodyTold()
}

/** From the answer to the operator's POST to the last mail, publishing and expansion included. */
async function endToEnd(report: Report, scene: Scene): Promise<void> {
  const { office, people } = scene
  const rounds = people < MANY ? 10 : 3
  const speeds: number[] = []
  for (let round = 0; round < rounds; round++) {
    report.progress(`fanout: ${people} people, end to end, ${round + 1}/${rounds}`)
    office.forget()
    const startedAt = await scene.tell()
    const { lastAt } = await scene.everybodyTold()
    speeds.push((people / (lastAt - startedAt)) * 1000)
  }
  report.add({
    what: `${people} people: mails/s, POST to last mail`,
    ours: spread(speeds),
    ...(people < MANY ? {} : { against: '>= 10000', met: median(speeds) >= 10_000 }),
  })
}

/** What readers feel while a provider takes all that comes. */
async function readWhileTelling(report: Report, scene: Scene): Promise<void> {
  const { office, service, people } = scene
  report.progress(`fanout: ${people} people, read meanwhile`)
  const idle: Latency[] = []
  const busy: Latency[] = []
  for (let look = 0; look < LOOKS; look++) {
    await published(service)
    idle.push(await latencyOf(service.url, READ_FOR))
    office.forget()
    await scene.tell()
    await scene.anybodyTold()
    busy.push(await latencyOf(service.url, READ_FOR))
    await scene.everybodyTold()
  }
  beside(report, `${people} people: page at full speed, beside idle`, busy, idle)
}

async function looks(url: string): Promise<Latency[]> {
  const found: Latency[] = []
  while (found.length < LOOKS) found.push(await latencyOf(url, READ_FOR))
  return found
}

function beside(report: Report, what: string, busy: Latency[], idle: Latency[]): void {
  const ratio = (of: keyof Latency) => median(busy.map(by(of))) / median(idle.map(by(of)))
  const [p50, p99] = [ratio('p50'), ratio('p99')]
  report.add({
    what,
    ours: shown(busy),
    yardstick: shown(idle),
    against: `${p50.toFixed(1)}, ${p99.toFixed(1)} (< 2)`,
    met: p50 < 2 && p99 < 2,
  })
}

const by = (of: keyof Latency) => (found: Latency) => found[of]

function shown(found: Latency[]): string {
  return `p50 ${spread(found.map(by('p50')), 1)}, p99 ${spread(found.map(by('p99')), 1)} ms`
}
