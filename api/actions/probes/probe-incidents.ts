import type { Statement } from '../../../db/client.ts'
import type { Deps } from '../../deps.ts'
import { isUnwell } from '../../domain/dragging.ts'
import { speak } from '../../domain/message.ts'
import type { Symptom } from '../../domain/opening.ts'
import type { Flip } from '../../domain/probe.ts'
import { unlessSaved, type Situation } from '../components/components.ts'
import { isWorkedOn } from '../components/upkeep.ts'
import type { Page } from '../page.ts'
import { asDragged, foldable, foldAlerts, foldDrafts } from './folding.ts'
import { noteOn, rename } from './naming.ts'
import { begin } from './opening.ts'
import { labelDrags } from './probe-alerts.ts'
import type { Probe } from './probing.ts'
import { takeBack } from './taking-back.ts'
import {
  idOf,
  loadTies,
  openAbout,
  wordOf,
  type OpenIncident,
  type Tied,
  type Ties,
} from './ties.ts'

/** What changed for a probe, or what it is time to tell of it. */
export type Happening = {
  /** As it was until now. */
  probe: Probe
  flip: Flip
  symptom: Symptom
  /** In words for operators. */
  reason: string
  page: Page
  situation: Situation
}

export type Consequences = {
  /** The incident that it belongs to, if any. */
  id: string | null
  statements: Statement[]
  touched: string[]
  /** With what the incident says of the component now. */
  situation: Situation
}

export type Outcome = Consequences & {
  /** Ids of what drags it down: operators hear of it by their alerts, and not by one of its own. */
  roots: string[]
  /** Names of what it drags down itself. */
  drags: string[]
}

/** What a flip means for incidents and for the alerts of others. One root cause is one alert and one draft. */
export async function consequences(deps: Deps, happening: Happening): Promise<Outcome> {
  const { probe, flip, page } = happening
  const taken = flip.from === 'down' ? await takeBack(deps, happening) : null
  const situation = taken?.situation ?? happening.situation
  const present = { ...probe, state: flip.to, stateSince: flip.startedAt }
  const ties = await loadTies(deps, situation, present)
  const heard = { ...happening, situation }
  const left = wordOf(ties.self) ? null : await leave(deps, ties.self, [idOf(ties.self)], page)
  const followed = isUnwell(flip.to) ? await follow(deps, heard, ties) : null
  const parts = [taken, left, followed].filter((part) => part !== null)
  return {
    id: followed?.id ?? taken?.id ?? null,
    statements: [
      guard(deps, ties),
      ...parts.flatMap(({ statements }) => statements),
      ...labelAbove(deps, ties),
    ],
    touched: parts.flatMap(({ touched }) => touched),
    situation: followed?.situation ?? situation,
    roots: isUnwell(flip.to) ? ties.roots.map(idOf) : [],
    drags: flip.to === 'down' ? ties.draggedBy(idOf(ties.self)) : [],
  }
}

/** The alerts of what it needs name all that they drag down. */
function labelAbove(deps: Deps, { down, draggedBy }: Ties): Statement[] {
  const labels = down.flatMap((tied) =>
    tied.probes.map(({ id }) => ({ probeId: id, drags: draggedBy(idOf(tied)) })),
  )
  return labelDrags(deps, labels)
}

/** What was told as a part of others, told on its own. */
export async function tellAlone(deps: Deps, happening: Happening, ties: Ties): Promise<Outcome> {
  const gone = [ties.self, ...ties.dragged].map(idOf)
  const left = await leave(deps, ties.self, gone, happening.page)
  const led = await lead(deps, happening, ties)
  return {
    ...led,
    statements: [guard(deps, ties), ...left.statements, ...led.statements],
    roots: [],
    drags: happening.flip.to === 'down' ? ties.draggedBy(idOf(ties.self)) : [],
  }
}

/** What was told on its own, told as a part of its roots. */
export async function foldInto(
  deps: Deps,
  happening: Happening,
  ties: Ties,
  title: string,
): Promise<Consequences> {
  const { id } = happening.probe
  const joined = await join(deps, happening, ties)
  return {
    ...joined,
    statements: [
      guard(deps, ties),
      ...joined.statements,
      ...foldAlerts(deps, [id], title),
      ...(await foldDrafts(deps, [id], carriersOf(ties)[0])),
      ...labelAbove(deps, ties),
    ],
  }
}

/** Whoever flips at the same moment above or below decides anew: both at once would each be told alone. */
function guard(deps: Deps, { needs, dragged }: Ties): Statement {
  return unlessSaved(
    deps,
    [...needs, ...dragged].map(({ situation }) => situation.component),
  )
}

async function follow(deps: Deps, happening: Happening, ties: Ties): Promise<Consequences> {
  if (isWorkedOn(happening.situation)) return noteInWork(deps, happening, ties.self)
  return ties.roots.length > 0 ? join(deps, happening, ties) : lead(deps, happening, ties)
}

/** Whoever works on it finds in the log of the maintenance what its probes saw meanwhile. */
function noteInWork(deps: Deps, happening: Happening, self: Tied): Consequences {
  const { flip, situation } = happening
  const work = self.incidents.find(
    ({ draft, word }) => !draft && word.status === 'under_maintenance',
  )
  const isNoted = work && flip.to === 'down'
  return {
    id: null,
    statements: isNoted ? note(deps, work, happening) : [],
    touched: [],
    situation,
  }
}

/** Dragged down, it is told as a part of its roots; what nobody speaks of yet it begins itself. */
async function join(deps: Deps, happening: Happening, ties: Ties): Promise<Consequences> {
  const { situation, page } = happening
  const carriers = carriersOf(ties)
  if (carriers.length === 0) return speakUp(deps, happening, ties.self, [])
  const renamed = await rename(deps, page, carriers, { added: [asDragged(ties.self)], gone: [] })
  const said = carriers[0]!
  return { id: said, ...renamed, situation }
}

/** What is open about its roots, drafts included. */
function carriersOf({ roots }: Ties): string[] {
  return [...new Set(roots.flatMap((root) => openAbout(root)?.id ?? []))]
}

/** Its own trouble: it takes over what it drags down, and what fell a moment before it. */
async function lead(deps: Deps, happening: Happening, ties: Ties): Promise<Consequences> {
  const { flip, situation } = happening
  if (flip.to !== 'down') return { id: null, statements: [], touched: [], situation }
  const { parts, probeIds } = await foldable(deps, ties.dragged, deps.clock.now())
  const spoken = await speakUp(deps, happening, ties.self, parts)
  const title = speak('en')(`probe.${happening.symptom}`, { component: situation.fullName })
  return {
    ...spoken,
    statements: [
      ...spoken.statements,
      ...foldAlerts(deps, probeIds, title),
      ...(await foldDrafts(deps, probeIds, spoken.id ?? openAbout(ties.self)?.id)),
    ],
  }
}

/** A note on what is open about the component, else words of its own, where the probe is set so. */
async function speakUp(
  deps: Deps,
  happening: Happening,
  self: Tied,
  parts: Tied[],
): Promise<Consequences> {
  const { probe, flip, page, situation } = happening
  const none = { id: null, statements: [], touched: [], situation }
  if (flip.to !== 'down') return none
  const open = openAbout(self)
  const dragged = parts.map(asDragged)
  if (open === undefined) {
    if (probe.opensIncident === 'no') return none
    return begin(deps, { ...happening, since: flip.startedAt, dragged })
  }
  const renamed = await rename(deps, page, [open.id], { added: dragged, gone: [] })
  if (probe.opensIncident === 'no') return dragged.length > 0 ? { ...none, ...renamed } : none
  return {
    id: open.id,
    statements: [...note(deps, open, happening), ...renamed.statements],
    touched: renamed.touched,
    situation,
  }
}

function note(
  deps: Deps,
  open: Pick<OpenIncident, 'id' | 'kind'>,
  { probe, symptom, situation, page }: Happening,
): Statement[] {
  const name = speak(page.locale)(`probe.${symptom}`, { component: situation.fullName })
  return [noteOn(deps, open, { probe: probe.id, name })]
}

/** Well again, or trouble of its own, a component is no longer a part of what drafts say of others. */
async function leave(deps: Deps, self: Tied, gone: string[], page: Page): Promise<Consequences> {
  const drafts = self.incidents.filter(
    ({ draft, openedAbout }) => draft && openedAbout !== null && openedAbout !== idOf(self),
  )
  const ids = drafts.map(({ id }) => id)
  const renamed = await rename(deps, page, ids, { added: [], gone })
  return { id: null, ...renamed, situation: self.situation }
}
