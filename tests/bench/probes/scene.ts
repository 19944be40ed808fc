import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, startService, type Service } from '../../support/service.ts'
import { openTargets, type Targets } from './targets.ts'

/** A probe of the scene; it looks after the component of the same name, or after one of the crowd's. */
export type Watched = {
  name: string
  component: string
  /** Milliseconds that the target takes. */
  ms: number
  interval: number
  recheck: number
  failures: number
  successes: number
}

export type Scene = {
  service: Service
  targets: Targets
  watched: Watched[]
  /** Ids of probes by name. */
  ids: Map<string, string>
  [Symbol.asyncDispose](): Promise<void>
}

const CROWD_COMPONENTS = 50

/** Probes with the usual settings, and targets that take their time. */
export function crowd(count: number, interval = 30_000): Watched[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `probe-${i}`,
    component: `crowd-${i % CROWD_COMPONENTS}`,
    ms: i % 150,
    interval,
    recheck: 10_000,
    failures: 3,
    successes: 2,
  }))
}

/** The service as people start it, and what it watches in a process of its own. */
export async function openScene(
  watched: Watched[],
  env: Record<string, string> = {},
): Promise<Scene> {
  const targets = await openTargets()
  const dir = await mkdtemp(join(tmpdir(), 'allclear-bench-'))
  const profile = join(dir, 'profile.yaml')
  await writeFile(profile, profileOf(watched, targets.url))
  const service = await startService({
    CONFIG: profile,
    PROBE_ALLOW_PRIVATE: '127.0.0.0/8',
    // BENCH_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=DIR' shows where the time goes.
    NODE_OPTIONS: process.env['BENCH_NODE_OPTIONS'] ?? '',
    ...env,
  })
  const probes = await eventually('the probes are there', async () => {
    const answer = await service.api('/api/admin/probes')
    if (!answer.ok) return null
    return ((await answer.json()) as { probes: { id: string; key: string }[] }).probes
  })
  // What filling the database took would be counted as its own for ever.
  await service.kill('SIGTERM')
  await service.restart()
  return {
    service,
    targets,
    watched,
    ids: new Map(probes.map(({ id, key }) => [key, id])),
    async [Symbol.asyncDispose]() {
      await service.kill('SIGTERM')
      await service[Symbol.asyncDispose]()
      await targets[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function profileOf(watched: Watched[], url: string): string {
  const named = new Set(watched.map(({ component }) => component))
  const components = Array.from({ length: CROWD_COMPONENTS }, (_, i) => `crowd-${i}`)
  for (const name of components) named.add(name)
  return [
    'page: { name: Bench, description: Figures, time_zone: Etc/UTC, locale: en }',
    'severities: [{ key: sev, name: SEV, impact: minor }]',
    'groups: []',
    'components:',
    ...Array.from(named, (name) => `  - { key: ${name}, name: ${name} }`),
    watched.length === 0 ? 'probes: []' : 'probes:',
    ...watched.map(
      ({ name, component, ms, interval, recheck, failures, successes }) =>
        `  - { key: ${name}, component: ${component}, url: "${url}/${name}?ms=${ms}", interval: ${seconds(interval)}, ` +
        `recheck: ${seconds(recheck)}, timeout: 5s, failure_threshold: ${failures}, success_threshold: ${successes} }`,
    ),
    '',
  ].join('\n')
}

const seconds = (ms: number) => `${ms / 1000}s`
