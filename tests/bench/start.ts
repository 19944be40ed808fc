import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/service.ts'
import { filledService } from './filled-service.ts'
import { end, median, residentMegabytes, spread, startTime } from './measure.ts'
import type { Report } from './report.ts'

const RUNS = 3
/** Until the work of a start is over. */
const SETTLES = 5000

/** From nothing to the first 200, and memory when idle, with a full store; beside a bare Hono server. */
export async function start(report: Report): Promise<void> {
  report.progress('start: filling')
  await using service = await filledService(20, 1000)
  await service.kill('SIGTERM')
  const dir = await mkdtemp(join(tmpdir(), 'allclear-bench-'))
  const file = join(dir, 'body')
  await writeFile(file, 'x'.repeat(13_000))
  const ours: Awaited<ReturnType<typeof once>>[] = []
  const theirs: typeof ours = []
  const env = { PORT: new URL(service.url).port, DATA_DIR: service.dir }
  for (let run = 0; run < RUNS; run++) {
    const port = String(await freePort())
    const headers = JSON.stringify({ 'content-type': 'text/html' })
    const bare = [join(import.meta.dirname, 'bare.ts'), port, file, headers]
    theirs.push(await once(bare, {}, `http://127.0.0.1:${port}/`))
    ours.push(await once(['api/node.ts'], env, service.url))
  }
  await rm(dir, { recursive: true, force: true })
  const ms = ours.map((run) => run.ms)
  report.add({
    what: 'start to first 200, full store, ms',
    ours: spread(ms),
    yardstick: `${spread(theirs.map((run) => run.ms))} (bare Hono)`,
    against: '< 500 ms',
    met: median(ms) < 500,
  })
  report.add({
    what: 'start to first 200, full store, ms of CPU',
    ours: spread(ours.map((run) => run.cpu)),
    yardstick: `${spread(theirs.map((run) => run.cpu))} (bare Hono)`,
  })
  const rss = ours.map((run) => run.rss)
  report.add({
    what: 'RSS idle, MB',
    ours: spread(rss),
    yardstick: `${spread(theirs.map((run) => run.rss))} (bare Hono)`,
    against: '< 120 MB',
    met: median(rss) < 120,
  })
}

async function once(args: string[], env: Record<string, string>, url: string) {
  const { ms, cpu, child } = await startTime(args, env, url)
  await new Promise((resolve) => setTimeout(resolve, SETTLES))
  const rss = residentMegabytes(child.pid!)
  await end(child)
  return { ms, cpu, rss }
}
