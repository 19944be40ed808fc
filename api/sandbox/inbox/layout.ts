import { html, raw } from 'hono/html'
import type { Desk, Html } from './routes.ts'
import { style } from './style.ts'

export type Tab = 'mail' | 'phones' | 'endpoints' | 'faults'

type Page = {
  /** Where the sandbox is mounted. */
  base: string
  tab: Tab
  desk: Desk
  content: Html
  /** Whether the page asks again by itself. */
  refresh: boolean
}

export function page({ base, tab, desk, content, refresh }: Page): Html {
  const { mails, texts, posts, faults } = desk
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        ${refresh ? html`<meta http-equiv="refresh" content="4" />` : ''}
        <link rel="icon" href="data:," />
        <title>Sandbox inbox</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <header class="top">
          <div class="wide">
            <a class="mark" href="${base}/">Sandbox <span>nothing leaves this machine</span></a>
            <nav aria-label="Sandbox">
              ${link('mail', `${base}/`, 'Mail', String(mails.total))}
              ${link('phones', `${base}/phones`, 'Phones', String(texts.total))}
              ${link('endpoints', `${base}/endpoints`, 'Endpoints', String(posts.total))}
              ${link('faults', `${base}/faults`, 'Faults', countOn(faults.list().length))}
            </nav>
          </div>
        </header>
        <main class="wide">${content}</main>
      </body>
    </html>`

  function link(to: Tab, href: string, label: string, count: string) {
    const current = to === tab ? html` aria-current="page"` : ''
    return html`<a href="${href}" ${current}>${label}${count && html` <b>${count}</b>`}</a>`
  }
}

function countOn(count: number): string {
  return count === 0 ? '' : `${count} on`
}

/** A time of day, with the date for those who ask. */
export function time(at: number): Html {
  const iso = new Date(at).toISOString()
  const [date, clock] = [iso.slice(0, 10), iso.slice(11, 19)]
  return html`<time datetime="${iso}" title="${date} ${clock} UTC">${clock}<i> UTC</i></time>`
}

const marks: Record<string, string> = {
  accepted: '○',
  queued: '○',
  sent: '◐',
  delivered: '●',
  bounced: '✕',
  undelivered: '✕',
  complained: '!',
}

/** A state as sign and word, so that colour is never alone. */
export function chip(state: string): Html {
  return html`<span class="chip ${state}"
    ><i aria-hidden="true">${marks[state] ?? '·'}</i>${state}</span
  >`
}
