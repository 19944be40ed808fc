import type { FieldError } from '../api/domain/error.ts'
import type { Saying } from '../api/domain/message.ts'
import type { Channel } from '../api/domain/words.ts'

/** What a form carried, by the names of its fields. */
export type Values = Record<string, string | string[]>

/** What became of a form that somebody sent, for the page that answers it. */
export type Result = (
  | { kind: 'check_inbox' }
  | { kind: 'check_channel'; channel: Extract<Channel, 'slack' | 'teams' | 'discord'> }
  | { kind: 'answer_challenge' }
  | { kind: 'enter_code'; address: string; wrong: boolean }
  | { kind: 'confirm'; token: string }
  | { kind: 'confirmed'; manage_url: string; already: boolean }
  | { kind: 'unsubscribe'; token: string }
  | { kind: 'unsubscribed' }
  | { kind: 'saved' }
  | { kind: 'asked_again' }
  | { kind: 'rotated' }
  | { kind: 'forget'; token: string }
  | { kind: 'forgotten' }
  | { kind: 'link_expired' }
  /** A form came back: what was wrong, and what had been typed so that nothing is lost. */
  | {
      kind: 'refused'
      message: string
      say?: Saying
      fields: FieldError[]
      values: Values
      /** Nothing was wrong: it came back with the words of a template. */
      filled?: boolean
    }
  | { kind: 'done'; message: string }
) & {
  /** The reader's language, where the form or a link told it. */
  locale?: string
}
