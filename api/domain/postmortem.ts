import { DomainError, type FieldError } from './error.ts'

/** The lines above a post-mortem that are read first; each is plain text, null where nobody wrote it. */
export type PostmortemSummary = {
  /** What happened, in a sentence or two. */
  what_happened: string | null
  root_cause: string | null
  /** How many were affected, and who. */
  affected: string | null
  prevention: string | null
  lessons: string | null
  apology: string | null
  action_items: ActionItem[]
}

export type ActionItem = { what: string; owner: string | null; due: string | null }

export const noSummary: PostmortemSummary = {
  what_happened: null,
  root_cause: null,
  affected: null,
  prevention: null,
  lessons: null,
  apology: null,
  action_items: [],
}

/** The lines in the order in which they are read. */
export const summaryLines = [
  'what_happened',
  'root_cause',
  'affected',
  'prevention',
  'lessons',
  'apology',
] as const satisfies (keyof PostmortemSummary)[]

/** What a proposed text leaves to people. */
export const GAP = '[…]'

/** The part of an incident that decides what may become of its post-mortem. */
export type Reviewed = {
  kind: 'incident' | 'maintenance'
  name: string
  draft: boolean
  resolvedAt: number | null
  postmortemPublishedAt: number | null
}

/** A post-mortem is of what the public knows of and what is over. */
export function assertReviewable({ kind, name, draft, resolvedAt }: Reviewed): void {
  if (draft)
    throw new DomainError('conflict', `"${name}" is a draft: nobody outside heard of it yet`)
  if (resolvedAt === null)
    throw new DomainError(
      'conflict',
      `"${name}" is not over yet: ${kind === 'incident' ? 'give the all-clear' : 'complete it'} first`,
    )
}

export function assertUnreviewed({ name, postmortemPublishedAt }: Reviewed): void {
  if (postmortemPublishedAt !== null)
    throw new DomainError(
      'conflict',
      `the post-mortem of "${name}" is already published; save it again to correct it`,
    )
}

/** What the public reads has words and no gaps. */
export function assertReadable(body: string, summary: PostmortemSummary): void {
  const texts: [path: string, text: string | null][] = [
    ['body', body],
    ...summaryLines.map((line) => [`summary.${line}`, summary[line]] as [string, string | null]),
    ...summary.action_items.map(
      ({ what }, index) => [`summary.action_items.${index}.what`, what] as [string, string],
    ),
  ]
  const fields: FieldError[] = texts.flatMap(([path, text]) =>
    text?.includes(GAP)
      ? [{ path, message: `must not have the gap ${GAP}: fill it, or take it out` }]
      : [],
  )
  if (body.trim() === '') fields.unshift({ path: 'body', message: 'must not be empty' })
  const [first] = fields
  if (first) throw new DomainError('invalid', `${first.path}: ${first.message}`, { fields })
}
