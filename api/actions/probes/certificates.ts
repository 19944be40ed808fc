import { and, eq } from 'drizzle-orm'
import type { Statement } from '../../../db/client.ts'
import { watches } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { expiryStep, type Certificate } from '../../domain/certificate.ts'
import { speak } from '../../domain/message.ts'
import { targetOf } from '../../domain/question.ts'
import { iso } from '../page.ts'
import { raise, resolve } from '../alerts/raising.ts'
import type { Claimed, Judged } from './probing.ts'
import { isHeld } from './rounds.ts'

/** Notes which certificates were seen, and warns of the end of each once per step. Belongs before the update of the watches. */
export function saveCertificates(deps: Deps, judged: Judged[]): Statement[] {
  return judged.flatMap(({ sample, at, ...claimed }) =>
    sample.certificate ? save(deps, claimed, sample.certificate, at) : [],
  )
}

function save(
  deps: Deps,
  { probe, watch }: Claimed,
  certificate: Certificate,
  at: number,
): Statement[] {
  const { question } = probe
  const { certificateExpiresAt, certificateWarnedDays } = watch
  const days = 'tls_expiry_days' in question ? question.tls_expiry_days : []
  const step = expiryStep(days, certificate.expires_at, at)
  const isSame = certificate.expires_at === certificateExpiresAt
  const warned = isSame ? certificateWarnedDays : null
  const isNews = step !== null && step < (warned ?? Infinity)
  if (isSame && !isNews) return []
  // Somebody who changed or claimed the probe meanwhile sees for themselves.
  const held = and(
    eq(watches.probeId, watch.probeId),
    eq(watches.region, watch.region),
    eq(watches.version, watch.version),
  )
  const values = { certificateExpiresAt: certificate.expires_at, certificateWarnedDays: step }
  return [
    deps.db.update(watches).set(values).where(held),
    ...(isNews ? warn(deps, { probe, watch }, certificate, step) : []),
    ...(step === null
      ? [resolve(deps, 'certificate', probe.id, 'the certificate was renewed')]
      : []),
  ]
}

function warn(
  deps: Deps,
  { probe, watch }: Claimed,
  certificate: Certificate,
  days: number,
): Statement[] {
  const say = speak('en')
  return raise(
    deps,
    {
      source: 'certificate',
      dedupeKey: probe.id,
      eventType: 'certificate.expiring',
      severity: days <= 3 ? 'critical' : 'warning',
      title: say('alert.certificate', { target: targetOf(probe.question) }),
      detail: say('alert.certificate.detail', {
        time: iso(certificate.expires_at),
        issuer: certificate.issuer,
        names: certificate.names.join(', '),
      }),
      probeId: probe.id,
      componentId: probe.componentId,
    },
    isHeld(watch),
  )
}
