import type { Statement } from '../../../db/client.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { announcementOfMove } from '../../domain/maintenance-telling.ts'
import { isTimeToRemind } from '../../domain/maintenance-times.ts'
import { afterMove, type MaintenancePlan, type Move } from '../../domain/maintenance.ts'
import type { Window } from '../../domain/maintenance-window.ts'
import { speak } from '../../domain/message.ts'
import type { ComponentStatus } from '../../domain/words.ts'
import { situations } from '../components/components.ts'
import {
  affectedIds,
  findEither,
  saveIncident,
  tell,
  type Incident,
} from '../incidents/timeline.ts'
import type { Page } from '../page.ts'
import { audit, type Actor } from '../save.ts'
import { announcedComponents } from '../telling/announced-components.ts'

export type Maintenance = Incident & Window

export async function findMaintenance(deps: Deps, id: string): Promise<Maintenance> {
  const found = await findEither(deps, id).catch((error: unknown) => {
    if (!(error instanceof DomainError) || error.code !== 'not_found') throw error
    throw new DomainError('not_found', `there is no maintenance ${id}`)
  })
  if (isMaintenance(found)) return found
  throw new DomainError(
    'conflict',
    `"${found.name}" is an incident; it is changed under /api/admin/incidents/${id}`,
  )
}

export function isMaintenance(found: Incident): found is Maintenance {
  return (
    found.kind === 'maintenance' && found.scheduledFor !== null && found.scheduledUntil !== null
  )
}

/** A move that leaves the window alone. */
export type Step = {
  move: Exclude<Move, 'reschedule'>
  /** When it came about; absent: now. */
  at?: number
  /** Absent: the usual words. */
  body?: string | null | undefined
  notify: boolean
}

/** Every row of a move: the maintenance, its words, its components, who is told. */
export async function carryOut(
  deps: Deps,
  actor: Actor,
  page: Page,
  before: Maintenance,
  { move, at, body, notify }: Step,
): Promise<Statement[]> {
  const now = deps.clock.now()
  const after = { ...afterMove(before, move, at ?? now), updatedAt: now }
  const ids = await affectedIds(deps, before.id)
  const marked = move === 'start' ? ids : []
  // Whoever heard of it hears that it is over, though it affects their components no more.
  const heard = after.resolvedAt === null ? [] : await announcedComponents(deps, before.id)
  return [
    saveIncident(deps, before, after),
    ...tell(deps, actor, {
      incident: after,
      situations: await situations(deps, ids),
      changes: new Map(marked.map((id): [string, ComponentStatus] => [id, 'under_maintenance'])),
      status: after.status,
      body: body ?? usualWords(page, move),
      kind: announcementOfMove(move, { tells: before.tells, notify }),
      ...(move === 'start' && at !== undefined && { since: at }),
      stoodAt: before.startedAt,
      spared: heard.filter((id) => !ids.includes(id)),
      timeZone: page.timeZone,
    }),
    audit(deps, actor, `maintenance.${move}`, `maintenances/${before.id}`, {
      from: before.status,
      to: after.status,
    }),
  ]
}

function usualWords(page: Page, move: Step['move']): string {
  if (move === 'update') throw new DomainError('invalid', 'body: must not be empty')
  return speak(page.locale)(`maintenance.said.${move}`)
}

/** Whoever is told of its time so late needs no reminder of it. */
export function remindedBy(plan: MaintenancePlan & Window, isTold: boolean, now: number) {
  return isTold && isTimeToRemind(plan, now) ? now : null
}

/** The same after a change of plan: whoever was reminded of a start that stays is not reminded again. */
export function remindedAfter(
  before: Pick<Maintenance, 'scheduledFor' | 'remindedAt'>,
  after: MaintenancePlan & Window,
  isTold: boolean,
  now: number,
) {
  const kept = after.scheduledFor === before.scheduledFor ? before.remindedAt : null
  return kept ?? remindedBy(after, isTold, now)
}
