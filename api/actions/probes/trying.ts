import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import type { Sample } from '../../domain/probe.ts'
import { isAsked, targetOf, type QuestionFields } from '../../domain/question.ts'
import type { ProbeKind } from '../../domain/words.ts'
import type { Asked, Prober } from '../../probers/prober.ts'
import { audit, type Actor } from '../save.ts'
import { findProbe, newProbe, type ProbeSettings } from './probes.ts'

/** A probe as somebody would save it; `probe` is an id or key whose kept settings hold where nothing is given. */
export type Trial = ProbeSettings & {
  kind?: ProbeKind | undefined
  question: QuestionFields
  probe?: string | undefined
}

export type Tried = { target: string; sample: Sample; degraded_ms: number | null }

/** Asks once as the probe would, and keeps nothing but that somebody did. */
export async function tryProbe(
  deps: Deps,
  actor: Actor,
  { probe, kind, question, ...settings }: Trial,
): Promise<Tried> {
  const known = probe === undefined ? null : await findProbe(deps, probe)
  if (known && kind !== undefined && kind !== known.kind)
    throw new DomainError('conflict', `${known.key} is a probe by ${known.kind}, not by ${kind}`)
  const { kind: _, ...kept } = known?.question ?? { kind: 'http' }
  const trial = newProbe(deps, {
    ...(known && { intervalMs: known.intervalMs, timeoutMs: known.timeoutMs }),
    ...(known && { recheckMs: known.recheckMs, degradedMs: known.degradedMs }),
    ...settings,
    key: known?.key ?? 'trial',
    componentId: known?.componentId ?? '',
    kind: known?.kind ?? kind ?? 'http',
    question: { ...kept, ...question },
  })
  if (!isAsked(trial.kind))
    throw new DomainError('conflict', `by ${trial.kind} we are told: there is nobody to ask`)
  const target = targetOf(trial.question)
  await deps.db.write([audit(deps, actor, 'probe.try', `probes/${known?.id ?? 'new'}`, { target })])
  const prober = deps.probers[trial.kind] as Prober
  const sample = await prober.ask({
    ...trial.question,
    timeout_ms: trial.timeoutMs,
  } as Asked)
  return { target, sample, degraded_ms: trial.degradedMs }
}
