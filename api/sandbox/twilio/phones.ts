/** What a person wrote on their phone, or what they were answered to it. */
export type Note = {
  id: string
  /** The person's number. */
  number: string
  direction: 'from_person' | 'to_person'
  /** Who wrote it: the person, the service by its answer, or the provider by itself. */
  author: 'person' | 'service' | 'provider'
  text: string
  at: number
  /** What became of the callback, for notes of the person. */
  outcome: string
}

const keptNotes = 5_000

/** The people's side: their answers, and who has opted out of whom. */
export class Phones {
  #notes: Note[] = []
  readonly #optedOut = new Set<string>()

  note(note: Note): Note {
    this.#notes.push(note)
    if (this.#notes.length > 2 * keptNotes) this.#notes = this.#notes.slice(-keptNotes)
    return note
  }

  notes(): Note[] {
    return this.#notes.slice(-keptNotes)
  }

  /** Twilio remembers opt-outs by sender: a number, or a whole messaging service. */
  optOut(number: string, sender: string): void {
    this.#optedOut.add(`${number} ${sender}`)
  }

  optIn(number: string, sender: string): void {
    this.#optedOut.delete(`${number} ${sender}`)
  }

  hasOptedOut(number: string, sender: string): boolean {
    return this.#optedOut.has(`${number} ${sender}`)
  }

  clear(): void {
    this.#notes = []
    this.#optedOut.clear()
  }
}
