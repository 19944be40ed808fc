import { foremost, isHomeElsewhere, isLaborious } from '../../domain/documents.ts'
import { languageIn } from '../../domain/languages.ts'

export type Touched = { path: string; revision: number }

/** Documents per round: what was touched last is served first, a backlog follows. */
const ROUND = 50

/** Documents that are made in one go, and that are compressed and stored together: news waits for so many at most. */
export const TURN = 3

/** The same order, with the languages of a document next to each other, its own first: what they show is read once. */
export function byDocument(touched: Touched[]): Touched[] {
  const documents = Map.groupBy(touched, ({ path }) => languageIn(path).bare)
  return [...documents.values()].flatMap((languages) =>
    languages.toSorted((a, b) => a.revision - b.revision),
  )
}

/** What people look at first is served first, then in other languages; its neighbours must not make it wait. */
export function nextRound(waiting: Touched[]): Touched[] {
  const first = waiting.filter(({ path }) => foremost.includes(path))
  if (first.length > 0) return first
  const homes = waiting.filter(({ path }) => isHomeElsewhere(path))
  if (homes.length > 0) return homes
  let laborious = 0
  return waiting.slice(0, ROUND).filter(({ path }) => !isLaborious(path) || ++laborious <= TURN)
}

/** A round in pieces after which readers and probes have their turn. */
export function turnsOf(round: Touched[]): Touched[][] {
  const turns: Touched[][] = []
  for (const one of round) {
    const last = turns.at(-1)
    const joins = last && last.length < TURN && !isLaborious(last[0]!.path)
    if (joins && !isLaborious(one.path)) last.push(one)
    else turns.push([one])
  }
  return turns
}
