/** What became of a message, and when (epoch ms). */
export type State = { state: string; at: number }

type Accepted = {
  id: string
  from: string
  to: string
  text: string
  /** What its sender calls it: the tag `d`, the `d` of the status callback, or the header `webhook-id`. */
  delivery: string | null
  accepted_at: number
  /** How many copies of it had been accepted before; anything but 0 means that somebody is told twice. */
  duplicates: number
  states: State[]
}

export type Mail = Accepted & {
  channel: 'email'
  subject: string
  html: string
  headers: Record<string, string>
  tags: Record<string, string>
  idempotency_key: string | null
}

export type Sms = Accepted & {
  channel: 'sms'
  messaging_service_sid: string | null
  status_callback: string | null
  segments: number
}

export const postChannels = ['webhook', 'slack', 'teams', 'discord'] as const
export type PostChannel = (typeof postChannels)[number]

/** What was posted to somebody's URL; `to` is the URL, `from` the user agent, `text` the body. */
export type Post = Accepted & { channel: PostChannel; headers: Record<string, string> }

const evictedAtOnce = 1_000

/** The newest messages in full, and the count of all that were ever accepted, by recipient. */
export class Mailbox<Message extends Mail | Sms | Post> {
  /** Accepted messages by recipient. */
  readonly recipients = new Map<string, number>()
  total = 0
  duplicates = 0
  readonly #kept: number
  readonly #onAccepted: (message: Message) => void
  readonly #byId = new Map<string, Message>()
  readonly #seen = new Map<string, number>()

  constructor(kept: number, onAccepted: (message: Message) => void = () => {}) {
    this.#kept = kept
    this.#onAccepted = onAccepted
  }

  add(fresh: Omit<Message, 'duplicates' | 'states'>): Message {
    const same = `${fresh.to}\n${fresh.delivery ?? fresh.text}`
    const copies = this.#seen.get(same) ?? 0
    const states = [{ state: 'accepted', at: fresh.accepted_at }]
    const message = { ...fresh, duplicates: copies, states } as Message
    this.#seen.set(same, copies + 1)
    this.recipients.set(fresh.to, (this.recipients.get(fresh.to) ?? 0) + 1)
    this.total += 1
    if (copies > 0) this.duplicates += 1
    this.#keep(message)
    this.#onAccepted(message)
    return message
  }

  #keep(message: Message): void {
    this.#byId.set(message.id, message)
    if (this.#byId.size < this.#kept + evictedAtOnce) return
    for (const id of [...this.#byId.keys()].slice(0, evictedAtOnce)) this.#byId.delete(id)
  }

  get(id: string): Message | undefined {
    return this.#byId.get(id)
  }

  /** Oldest first. */
  all(): Message[] {
    return [...this.#byId.values()].slice(-this.#kept)
  }

  clear(): void {
    this.#byId.clear()
    this.#seen.clear()
    this.recipients.clear()
    this.total = 0
    this.duplicates = 0
  }
}
