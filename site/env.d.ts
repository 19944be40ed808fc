declare namespace App {
  /** Handed in by whoever renders a page. */
  interface Locals {
    /** Reaches the API: in process at publish time, over HTTP in `astro dev`. */
    fetch: typeof fetch
    /** The language of a page that is published in several, where it is not the page's own. */
    locale?: string
    /** What was read for the same page in another language, by the path of the API. */
    views?: Map<string, Promise<unknown>>
    /** The facts of a mail; only under pages/mail. */
    letter?: import('../api/domain/letters/letter.ts').Letter
    /** The outcome of a form; only on result pages and the console. */
    result?: import('./result.ts').Result
    /** Made when a form is shown, so that a double click posts once; only on the console. */
    form_key?: string
    /** Where the form was sent that `result` is about; only on the console. */
    form_action?: string
    /** Who looks at the console's pages about subscribers, and what they may do. */
    operator?: { name: string; scopes: string[] }
    /** The secret of an alert source, shown this once; null where it has one of its own. */
    alert_secret?: { key: string; secret: string | null }
    /** What had been typed into a form that was only tried, so that it goes on. */
    typed?: import('./result.ts').Values
    /** What a target answered that was asked once. */
    tried?: import('../api/routes/probe-trying.ts').TrialView
    /** The next dates of a series that is not saved yet, and what they were computed from. */
    preview?: {
      occurrences: { scheduled_for: string; scheduled_until: string }[]
      seen: string
      has_changed: boolean
    }
    /** What a dry run of an import said; `csv` is the list itself while it is small enough to carry. */
    dry_run?: import('../api/routes/subscriber-views.ts').ImportAnswer & { csv: string | null }
  }
}
