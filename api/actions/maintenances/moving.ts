import type { Deps } from '../../deps.ts'
import { assertAllowed } from '../../domain/maintenance.ts'
import { remember } from '../access/idempotency.ts'
import { thePage } from '../page.ts'
import { decide, type Actor } from '../save.ts'
import { carryOut, findMaintenance, type Step } from './maintenances.ts'
import { isUnheard } from './occurrences.ts'

/** What an operator says with a move; without words of their own the usual ones are said. */
export type Said = Pick<Step, 'body' | 'notify'>

/** The work begins: from here on its components are under maintenance. */
export function startMaintenance(deps: Deps, actor: Actor, id: string, said: Said): Promise<void> {
  return move(deps, actor, id, { move: 'start', ...said })
}

/** The work is done and being looked at; its components are under maintenance still. */
export function verifyMaintenance(deps: Deps, actor: Actor, id: string, said: Said): Promise<void> {
  return move(deps, actor, id, { move: 'verify', ...said })
}

/** It is over: from here on its components speak for themselves. */
export function completeMaintenance(
  deps: Deps,
  actor: Actor,
  id: string,
  said: Said,
): Promise<void> {
  return move(deps, actor, id, { move: 'complete', ...said })
}

/** Whoever never heard of an occurrence of a series does not hear that it is cancelled. */
export function cancelMaintenance(deps: Deps, actor: Actor, id: string, said: Said): Promise<void> {
  return move(deps, actor, id, { move: 'cancel', ...said })
}

/** Words that change nothing. */
export function updateMaintenance(
  deps: Deps,
  actor: Actor,
  id: string,
  said: { body: string; notify: boolean },
): Promise<void> {
  return move(deps, actor, id, { move: 'update', ...said })
}

function move(deps: Deps, actor: Actor, id: string, step: Step): Promise<void> {
  return decide(async () => {
    const page = await thePage(deps)
    const before = await findMaintenance(deps, id)
    assertAllowed(step.move, before)
    const notify = step.notify && !(step.move === 'cancel' && (await isUnheard(deps, before)))
    await deps.db.write([
      ...(await carryOut(deps, actor, page, before, { ...step, notify })),
      ...remember(deps, actor, id),
    ])
  })
}
