import { formatDuration } from '../domain/duration.ts'
import type { Sample } from '../domain/probe.ts'
import type { Asked, Prober } from './prober.ts'
import { news, sampleOf } from './told.ts'

/** Waits for a job that calls: each call is one sample, and so is each look after one that is missing. */
export const heartbeatProber: Prober<'heartbeat'> = {
  kind: 'heartbeat',
  ask: (asked) => Promise.resolve(listen(asked)),
}

function listen({ every_ms, grace_ms, told }: Asked<'heartbeat'>): Sample {
  const call = news(told)
  if (call)
    return call.isGood
      ? sampleOf('ok', '')
      : sampleOf('failed', `the job says that it failed${call.message && `: ${call.message}`}`)
  const { report, at, lastCheckedAt } = told
  if (at > dueAt(report, every_ms) + grace_ms) {
    const last = report.receivedAt === null ? 'since we listen' : 'since the last one'
    const late = formatDuration(at - (report.receivedAt ?? report.listeningSince), 'en')
    const usual = formatDuration(every_ms, 'en')
    return {
      ...sampleOf('failed', `no call for ${late} ${last}; one is due every ${usual}`),
      answered: false,
    }
  }
  return lastCheckedAt === null
    ? sampleOf('refused', 'waiting for its first call')
    : sampleOf('unchanged', '')
}

/** A call that was due while nobody was there to hear it may have been made: then the next one counts. */
function dueAt(
  { receivedAt, listeningSince }: Asked<'heartbeat'>['told']['report'],
  every: number,
) {
  const due = (receivedAt ?? -Infinity) + every
  return due > listeningSince ? due : listeningSince + every
}
