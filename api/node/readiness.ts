import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { MINUTE, SECOND } from '../domain/time.ts'

/** One thing that was looked at, and what came of it. */
export type Finding = { what: string; isWell: boolean; says: string }

type Asked = { url: string; key: string | null; now(): number; fetch: typeof fetch }

const PATIENCE = 10 * SECOND

/** Looks the whole installation over, as somebody outside sees it and with an operator's key. */
export async function checkReadiness(asked: Asked): Promise<Finding[]> {
  const alive = await look('service', () => seeService(asked))
  if (!alive.every(({ isWell }) => isWell)) return alive
  const inside = asked.key
    ? [
        ['providers', () => seeProviders(asked)] as const,
        ['probes', () => seeProbes(asked)] as const,
        ['alerts', () => seeAlerts(asked)] as const,
        ['truth', () => seeTruth(asked)] as const,
      ]
    : []
  const seen = await Promise.all([
    look('database', () => seeWork(asked)),
    look('page', () => seePage(asked)),
    ...inside.map(([what, see]) => look(what, see)),
  ])
  const keyless = { what: 'key', isWell: false, says: 'set ADMIN_API_KEY to look inside' }
  return [...alive, ...seen.flat(), ...(asked.key ? [] : [keyless])]
}

/** The key of an operator: the environment's, or the one that was made at the first start. */
export async function findKey({
  ADMIN_API_KEY,
  DATA_DIR,
}: Pick<Config, 'ADMIN_API_KEY' | 'DATA_DIR'>): Promise<string | null> {
  if (ADMIN_API_KEY) return ADMIN_API_KEY
  return readFile(join(DATA_DIR, 'admin-api-key'), 'utf8').then(
    (text) => text.trim(),
    () => null,
  )
}

/** Where the service is reached from here. */
export function urlOf({ PUBLIC_URL, HOST, PORT }: Pick<Config, 'PUBLIC_URL' | 'HOST' | 'PORT'>) {
  const host = ({ '0.0.0.0': '127.0.0.1', '::': '[::1]' } as Record<string, string>)[HOST] ?? HOST
  return PUBLIC_URL ?? `http://${host}:${PORT}`
}

export function tableOf(findings: Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length))
  const lines = findings.map(
    ({ what, isWell, says }) => `${isWell ? 'ok    ' : 'WRONG '} ${what.padEnd(width)}  ${says}`,
  )
  const wrong = findings.filter(({ isWell }) => !isWell).length
  const end =
    wrong === 0
      ? 'Ready, and no critical alert is open.'
      : `Not ready: ${wrong} of ${findings.length} wrong.`
  return `${[...lines, '', end].join('\n')}\n`
}

async function look(what: string, see: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await see()
  } catch (error) {
    const { message, cause } = error as Error
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message
    return [{ what, isWell: false, says: why }]
  }
}

async function ask({ url, key, fetch: call }: Asked, path: string): Promise<Response> {
  return call(url + path, {
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(PATIENCE),
  })
}

async function read<T>(asked: Asked, path: string): Promise<T> {
  const answer = await ask(asked, path)
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`)
  return (await answer.json()) as T
}

async function seeService(asked: Asked): Promise<Finding[]> {
  const answer = await ask(asked, '/health')
  const says = answer.ok ? `${asked.url} answers` : `${asked.url}/health says ${answer.status}`
  return [{ what: 'service', isWell: answer.ok, says }]
}

type Ready = {
  duties: { name: string; lag_ms: number | null; error: string | null }[]
  pending_deliveries: number
  oldest_pending_delivery_ms: number | null
  oldest_unpublished_document_ms: number | null
}

async function seeWork(asked: Asked): Promise<Finding[]> {
  const answer = await ask(asked, '/ready')
  if (!answer.headers.get('content-type')?.startsWith('application/json'))
    return [{ what: 'database', isWell: false, says: `it does not answer (${answer.status})` }]
  const ready = (await answer.json()) as Ready
  const { duties, pending_deliveries: waiting, oldest_pending_delivery_ms: since } = ready
  const late = duties.filter(({ lag_ms }) => lag_ms === null || lag_ms >= 2 * MINUTE)
  const failed = duties.filter(({ error }) => error !== null)
  const unpublished = ready.oldest_unpublished_document_ms ?? 0
  return [
    { what: 'database', isWell: true, says: 'answers' },
    {
      what: 'background work',
      isWell: late.length + failed.length === 0,
      says: [
        `${duties.length} duties`,
        late.length > 0 ? `late: ${namesOf(late)}` : 'none late',
        ...(failed.length > 0 ? [`failed last: ${namesOf(failed)}`] : []),
      ].join(', '),
    },
    {
      what: 'publishing',
      isWell: unpublished <= MINUTE,
      says: unpublished === 0 ? 'nothing waits' : `the oldest change waits for ${unpublished} ms`,
    },
    {
      what: 'delivery',
      isWell: (since ?? 0) <= 10 * MINUTE,
      says:
        since === null ? 'nothing waits' : `${waiting} wait, the first one for ${minutes(since)}`,
    },
  ]
}

const namesOf = (duties: { name: string }[]) => duties.map(({ name }) => name).join(', ')
const minutes = (ms: number) => `${Math.round(ms / MINUTE)} min`

async function seePage(asked: Asked): Promise<Finding[]> {
  const answer = await ask(asked, '/')
  const isPage = answer.ok && (answer.headers.get('content-type') ?? '').includes('text/html')
  const says = isPage ? 'is published' : `/ was answered ${answer.status}`
  return [{ what: 'page', isWell: isPage, says }]
}

async function seeProviders(asked: Asked): Promise<Finding[]> {
  const { blocked_providers: blocked } = await read<{
    blocked_providers: { provider: string; reason: string }[]
  }>(asked, '/api/admin/console')
  const says = blocked.map(({ provider, reason }) => `${provider} is blocked: ${reason}`)
  return [
    { what: 'providers', isWell: blocked.length === 0, says: says.join('; ') || 'none is blocked' },
  ]
}

type Probe = {
  key: string
  paused: boolean
  interval_ms: number
  last_checked_at: string | null
  created_at: string
}

async function seeProbes(asked: Asked): Promise<Finding[]> {
  const { probes } = await read<{ probes: Probe[] }>(asked, '/api/admin/probes')
  const active = probes.filter(({ paused }) => !paused)
  const silent = active.filter(({ last_checked_at, created_at, interval_ms }) => {
    const heard = Date.parse(last_checked_at ?? created_at)
    return asked.now() - heard > Math.max(3 * interval_ms, 3 * MINUTE)
  })
  const says =
    silent.length === 0
      ? `${active.length} of ${active.length} heard`
      : `not heard: ${silent.map(({ key }) => key).join(', ')}`
  return [{ what: 'probes', isWell: silent.length === 0, says }]
}

async function seeAlerts(asked: Asked): Promise<Finding[]> {
  const { alerts, total } = await read<{ alerts: { title: string }[]; total: number }>(
    asked,
    '/api/admin/alerts?status=live&severity=critical&limit=5',
  )
  const titles = alerts.map(({ title }) => title).join('; ')
  const says = total === 0 ? 'no critical one is open' : `${total} critical: ${titles}`
  return [{ what: 'alerts', isWell: total === 0, says }]
}

async function seeTruth(asked: Asked): Promise<Finding[]> {
  const { is_true, findings } = await read<{
    is_true: boolean
    findings: { sentence: string }[]
  }>(asked, '/api/admin/audit')
  const says = findings.map(({ sentence }) => sentence).join(' ') || 'the page is true'
  return [{ what: 'truth', isWell: is_true, says }]
}
