import type { Sample } from '../domain/probe.ts'
import type { Report } from '../domain/report.ts'
import type { Told } from './prober.ts'
import { shorten } from './timed.ts'

/** What came since the last look and before this one; what comes in the very moment of a look is for the next. */
export function news({ report, at, lastCheckedAt }: Told): Report | null {
  const { receivedAt, listeningSince } = report
  if (receivedAt === null || receivedAt >= at) return null
  const isNew = lastCheckedAt === null ? receivedAt >= listeningSince : receivedAt >= lastCheckedAt
  return isNew ? report : null
}

/** A sample that took no time, because nobody was asked. */
export function sampleOf(outcome: Sample['outcome'], reason: string): Sample {
  return { outcome, latency_ms: null, status: null, reason: shorten(reason), answered: true }
}
