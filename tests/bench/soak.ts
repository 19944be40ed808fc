import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { MINUTE } from '../../api/domain/time.ts'
import { components, componentStatusIntervals } from '../../db/schema.ts'
import { openFile } from './fill.ts'
import { median, percentile } from './measure.ts'
import { punctuality } from './probes/punctuality.ts'
import { crowd, openScene, type Scene, type Watched } from './probes/scene.ts'
import { createReport, type Report } from './report.ts'
import { chartOf, growth } from './soak/chart.ts'
import { lookedAt, lookUntil, type Look } from './soak/looking.ts'

// A service that probes for a while: does it grow, fall behind, forget a check or cry wolf?
// Usage: npm run soak -- [MINUTES] [PROBES]

const [minutes = 10, count = 1000] = process.argv.slice(2).map(Number)

/** Until each probe has found its slot. */
const SETTLES = MINUTE
/** Longer than it takes to be believed, so that each turn of the target would be one of the page. */
const TURNS_EVERY = 15_000

/** So many handles more or less are those that happen to be under way. */
const UNDER_WAY = 10

const flapping: Watched = {
  name: 'flapping',
  component: 'flapping',
  ms: 5,
  interval: 5000,
  recheck: 1000,
  failures: 2,
  successes: 2,
}

const figures = [
  ['rss', 'RSS, MB'],
  ['heap', 'heap after gc, MB'],
  ['external', 'outside the heap, MB'],
  ['handles', 'handles'],
  ['sockets', 'sockets'],
  ['megabytes', 'database, MB'],
] as const

const report = createReport()
const dir = await mkdtemp(join(tmpdir(), 'allclear-soak-'))
const file = join(dir, 'vitals')
try {
  await using scene = await openScene([...crowd(count - 1), flapping], lookedAt(file))
  report.progress(`soak: ${count} probes, settling for ${SETTLES / 1000} s`)
  await sleep(SETTLES)
  scene.targets.forget()
  const [from, to] = [Date.now(), Date.now() + minutes * MINUTE]
  report.progress(`soak: looked at for ${minutes} minutes`)
  const [looks, turns] = await Promise.all([
    lookUntil(to, scene.service, file),
    turnUntil(to, scene),
  ])
  draw(looks)
  grown(report, looks)
  await punctual(report, scene, from, to)
  await believed(report, scene, turns)
} finally {
  await rm(dir, { recursive: true, force: true })
  report.print()
}

/** Breaks and mends the flapping target by turns; how often. */
async function turnUntil(end: number, { targets }: Scene): Promise<number> {
  let turns = 0
  for (; Date.now() + TURNS_EVERY < end; turns++) {
    if (turns % 2 === 0) targets.breakDown(flapping.name)
    else targets.mend(flapping.name)
    await sleep(TURNS_EVERY)
  }
  return turns
}

function draw(looks: Look[]): void {
  for (const [figure, name] of figures) {
    const samples = looks.map((look) => look[figure])
    console.log(chartOf(name, samples))
  }
  console.log()
}

/** The file grows as it should; whatever else grows is lost. */
function grown(report: Report, looks: Look[]): void {
  for (const [figure, name] of figures) {
    const samples = looks.map((look) => look[figure])
    const ratio = growth(samples)
    const isKept = figure === 'megabytes'
    const isCount = figure === 'handles' || figure === 'sockets'
    const isFew = isCount && median(samples) < UNDER_WAY
    report.add({
      what: `${name}: last third beside the second`,
      ours: `${samples.at(-1)!.toFixed(1)}, ${ratio.toFixed(2)} x`,
      ...(isKept ? {} : { against: '<= 1.1', met: isFew || ratio <= 1.1 }),
    })
  }
}

async function punctual(report: Report, scene: Scene, from: number, to: number): Promise<void> {
  const healthy = { ...scene, watched: scene.watched.filter((one) => one !== flapping) }
  const third = (to - from) / 3
  const spans = [0, 1, 2].map((i) => [from + i * third, from + (i + 1) * third - 1000] as const)
  const thirds = []
  for (const span of spans) thirds.push(await punctuality(healthy, ...span))
  const p99 = thirds.map(({ lags }) => percentile(lags, 0.99))
  report.add({
    what: 'drift: p99 of each third',
    ours: `${p99.join(', ')} ms`,
    against: '< 50 ms',
    met: Math.max(...p99) < 50,
  })
  const whole = await punctuality(healthy, from, to - 1000)
  report.add({
    what: `checks made of ${whole.due} due, missed, twice`,
    ours: `${whole.due - whole.missed}, ${whole.missed}, ${whole.twice}`,
    against: '0, 0',
    met: whole.missed + whole.twice === 0,
  })
}

/** What the page said of targets that were well all the time, and of the one that was not. */
async function believed(report: Report, { service }: Scene, turns: number): Promise<void> {
  const db = await openFile(service.dir)
  const told = await db
    .select({ name: components.name, status: componentStatusIntervals.status })
    .from(componentStatusIntervals)
    .innerJoin(components, eq(components.id, componentStatusIntervals.componentId))
  db.close()
  const ill = told.filter(({ status }) => status !== 'operational')
  const wrong = ill.filter(({ name }) => name !== flapping.name)
  report.add({
    what: 'outages of targets that were well',
    ours: String(wrong.length),
    against: '0',
    met: wrong.length === 0,
  })
  const shown = ill.length - wrong.length
  report.add({
    what: `outages shown of a target that turned ${turns} times`,
    ours: String(shown),
    against: '1 or 2',
    met: shown === 1 || shown === 2,
  })
}
