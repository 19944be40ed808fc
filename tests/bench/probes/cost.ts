import { setTimeout as sleep } from 'node:timers/promises'
import { percentile, residentMegabytes } from '../measure.ts'
import type { Report } from '../report.ts'
import { punctuality } from './punctuality.ts'
import { runTime } from './run-time.ts'
import { openScene, type Scene } from './scene.ts'
import { bareCost, ways } from './yardstick.ts'

/** Until each probe has found its slot and the code is warm. */
const SETTLES = 65_000

/** CPU per check beside an idle service and bare askers, and how far from its slot each check was. */
export async function cost(report: Report, scene: Scene, lasts: number): Promise<void> {
  const { service, targets, watched } = scene
  const what = `${watched.length} probes`
  report.progress(`probes: ${what}, settling for ${SETTLES / 1000} s`)
  await using idle = await openScene([])
  const pace = { url: targets.url, count: watched.length, interval: 30_000, settles: SETTLES }
  const yardsticks = Object.keys(ways).map(async (way) => {
    const name = way as keyof typeof ways
    return [name, await bareCost(name, { ...pace, lasts })] as const
  })
  await sleep(SETTLES)
  const rss = residentMegabytes(service.pid())
  targets.forget()
  const from = Date.now()
  const before = [runTime(service.pid()), runTime(idle.service.pid())] as const
  report.progress(`probes: ${what}, measured for ${lasts / 1000} s`)
  await sleep(lasts)
  const to = Date.now()
  const spent = runTime(service.pid()) - before[0]
  const spentIdle = runTime(idle.service.pid()) - before[1]
  const checks = await checksOf(scene)
  const seen = await punctuality(scene, from, to - 1000)
  const each = (spent - spentIdle) / checks
  for (const yardstick of yardsticks) {
    const [way, bare] = await yardstick
    report.add({
      what: `${what}: CPU per check, storing and judging included, ms`,
      ours: each.toFixed(2),
      yardstick: `${bare.toFixed(2)} (${ways[way]})`,
      against: `${(each / bare).toFixed(1)} x, <= 1 ms`,
      met: each <= 1,
    })
  }
  report.add({
    what: `${what}: CPU, ms per second`,
    ours: ((spent / lasts) * 1000).toFixed(1),
    yardstick: `${((spentIdle / lasts) * 1000).toFixed(1)} (no probes)`,
  })
  const bare = await bareLags(scene)
  const p99 = percentile(seen.lags, 0.99)
  report.add({
    what: `${what}: start lag, ms`,
    ours: lagsShown(seen.lags),
    yardstick: `${lagsShown(bare)} (${ways['undici-afresh']})`,
    against: 'p99 < 50 ms',
    met: p99 < 50,
  })
  report.add({
    what: `${what}: checks made of ${seen.due} due, missed, twice`,
    ours: `${seen.due - seen.missed}, ${seen.missed}, ${seen.twice}`,
    against: '0, 0',
    met: seen.missed + seen.twice === 0,
  })
  const after = residentMegabytes(service.pid())
  report.add({
    what: `${what}: RSS, MB`,
    ours: `${rss.toFixed(0)} -> ${after.toFixed(0)}`,
    yardstick: `${residentMegabytes(idle.service.pid()).toFixed(0)} (no probes)`,
  })
}

/** How late a process that does nothing else was for the same targets: so much is the machine's. */
async function bareLags({ targets }: Scene): Promise<number[]> {
  const visits = Object.entries(await targets.visits())
  return visits.flatMap(([name, { lags }]) => (name.startsWith('undici-afresh-') ? lags : []))
}

function lagsShown(lags: number[]): string {
  const [p50, p99] = [percentile(lags, 0.5), percentile(lags, 0.99)]
  return `p50 ${p50}, p99 ${p99}, most ${lags.reduce((a, b) => Math.max(a, b), 0)}`
}

async function checksOf({ targets, watched }: Scene): Promise<number> {
  const visits = await targets.visits()
  return watched.reduce((sum, { name }) => sum + (visits[name]?.arrivals.length ?? 0), 0)
}
