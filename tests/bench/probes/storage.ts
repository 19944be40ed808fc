import { setTimeout as sleep } from 'node:timers/promises'
import { DAY, HOUR, MINUTE } from '../../../api/domain/time.ts'
import { published, type Service } from '../../support/service.ts'
import { posted } from '../filled-service.ts'
import { openFile } from '../fill.ts'
import { databaseBytes } from '../fanout/crowd.ts'
import { median, spread } from '../measure.ts'
import type { Report } from '../report.ts'
import { foldAround, foldUntil, type Fold } from './folding.ts'
import { proveHistory } from './history-proof.ts'
import { fillBuckets } from './history.ts'
import { runTime } from './run-time.ts'
import { crowd, openScene, type Scene } from './scene.ts'

/** 90 days of probes in the file: its size, what folding them costs, and what publishing with them costs. */
export async function storage(report: Report, count: number): Promise<void> {
  report.progress('probes: seeing that the history made is the one that samples become')
  await proveHistory()
  // Asked once a day, so that nothing else happens meanwhile.
  const watched = crowd(count, DAY)
  await using empty = await openScene(watched)
  await using full = await openScene(watched)
  await published(full.service)
  await full.service.kill('SIGTERM')
  await history(report, full.service.dir, count)
  await full.service.restart()
  await published(full.service)
  await published(empty.service)
  await publishing(report, full, empty)
}

async function history(report: Report, dir: string, count: number): Promise<void> {
  const what = `90 days of ${count} probes`
  report.progress(`probes: ${what}, being made`)
  const now = Date.now()
  const midnight = now - (now % DAY) - DAY
  const filling = await openFile(dir)
  await fillBuckets(filling, midnight - 15 * MINUTE)
  filling.close()
  report.progress(`probes: ${what}, being folded`)
  const db = await openFile(dir)
  const runs = await foldAround(db, midnight)
  const caughtUp = await foldUntil(db, midnight + 80 * MINUTE, now)
  db.close()
  const bytes = (await databaseBytes(dir)) / 1e6
  report.add({
    what: `${what}: database`,
    ours: `${bytes.toFixed(0)} MB`,
    against: '< 300 MB',
    met: bytes < 300,
  })
  const usual = runs.filter(({ folded }) => folded === 0)
  const folding = runs.filter(({ folded }) => folded > 0)
  folds(report, `${what}: folding when nothing is over`, usual)
  folds(report, `${what}: folding hours and a day that are over`, folding)
  folds(report, `${what}: folding after ${Math.round((now - midnight) / HOUR)} hours`, [caughtUp])
}

function folds(report: Report, what: string, runs: Fold[]): void {
  report.add({ what: `${what}, ms`, ours: spread(runs.map(({ ms }) => ms)) })
  const blocks = runs.map(({ block }) => block)
  report.add({
    what: `${what}, longest block of the event loop, ms`,
    ours: spread(blocks),
    against: '<= 25 ms',
    met: Math.max(...blocks) <= 25,
  })
}

const ROUNDS = 10

/** Publishing and what comes of it, with a history and without, in turns. */
async function publishing(report: Report, full: Scene, empty: Scene): Promise<void> {
  const runs: { full: Publication; empty: Publication }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    report.progress(`probes: published with a history and without, ${round + 1}/${ROUNDS}`)
    runs.push({
      empty: await publication(empty.service, round),
      full: await publication(full.service, round),
    })
  }
  const warm = runs.slice(2)
  for (const [figure, what] of figures) {
    const [ours, theirs] = [
      warm.map((run) => run.full[figure]),
      warm.map((run) => run.empty[figure]),
    ]
    const ratio = median(ours) / median(theirs)
    report.add({
      what,
      ours: spread(ours),
      yardstick: `${spread(theirs)} (no history)`,
      against: `${ratio.toFixed(2)} (<= 1.2)`,
      met: ratio <= 1.2,
    })
  }
}

const figures = [
  ['foremost', 'POST answered -> page and summary.json served, ms'],
  ['component', 'POST answered -> page of the component served, ms'],
  ['cpu', 'CPU per publication, ms'],
  ['homeBytes', 'page, bytes compressed'],
  ['summaryBytes', 'summary.json, bytes compressed'],
  ['componentBytes', 'page of a component, bytes compressed'],
] as const

type Publication = Record<(typeof figures)[number][0], number>

async function publication(service: Service, round: number): Promise<Publication> {
  const name = `Bench ${round}.`
  const key = `crowd-${round}`
  const [home, summary] = [`${service.url}/`, `${service.url}/api/v2/summary.json`]
  const component = `${service.url}/components/${await idOf(service, key)}`
  const cpu = runTime(service.pid())
  await posted(service, '/api/admin/incidents', {
    name,
    body: 'The beginning.',
    components: [{ key, status: 'partial_outage' }],
  })
  const answeredAt = performance.now()
  const since = async (url: string) => {
    while (!(await (await fetch(url)).text()).includes(name)) await sleep(2)
    return performance.now() - answeredAt
  }
  const foremost = Math.max(await since(home), await since(summary))
  const own = await since(component)
  // The rest of what it touches follows.
  await published(service)
  return {
    foremost,
    component: own,
    cpu: runTime(service.pid()) - cpu,
    homeBytes: await bytesOf(home),
    summaryBytes: await bytesOf(summary),
    componentBytes: await bytesOf(component),
  }
}

async function idOf(service: Service, key: string): Promise<string> {
  const answer = await fetch(`${service.url}/api/v2/components.json`)
  const { components } = (await answer.json()) as { components: { id: string; name: string }[] }
  return components.find(({ name }) => name === key)!.id
}

async function bytesOf(url: string): Promise<number> {
  const answer = await fetch(url, { method: 'HEAD', headers: { 'accept-encoding': 'br' } })
  return Number(answer.headers.get('content-length'))
}
