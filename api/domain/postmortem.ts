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
