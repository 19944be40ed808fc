import type { FieldError } from '../api/domain/error.ts'

/** What became of a form that somebody sent, for the page that answers it. */
export type Result =
  | { kind: 'check_inbox' }
  | { kind: 'enter_code'; address: string; wrong: boolean }
  | { kind: 'confirm'; token: string }
  | { kind: 'confirmed'; manage_url: string; already: boolean }
  | { kind: 'unsubscribe'; token: string }
  | { kind: 'unsubscribed' }
  | { kind: 'saved' }
  | { kind: 'link_expired' }
  /** A form came back: what was wrong, and what had been typed so that nothing is lost. */
  | {
      kind: 'refused'
      message: string
      fields: FieldError[]
      values: Record<string, string | string[]>
    }
  | { kind: 'done'; message: string }
