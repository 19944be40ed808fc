import { html } from 'hono/html'
import type { Sms } from '../mailbox.ts'
import type { Note } from '../twilio/phones.ts'
import { chip, time } from './layout.ts'
import { linked } from './linked.ts'
import type { Desk, Html } from './routes.ts'

const shown = 100

/** One line per number, the latest first. */
export function phonesPage({ texts }: Desk, base: string): Html {
  const latest = new Map<string, Sms>()
  for (const text of texts.all().toReversed()) if (!latest.has(text.to)) latest.set(text.to, text)
  return html`
    <div class="head"><h1>Phones</h1></div>
    ${texts.duplicates > 0 ? html`<p class="notice bad">${texts.duplicates} accepted twice</p>` : ''}
    ${
      latest.size === 0
        ? html`<p class="empty">
            <strong>No texts yet.</strong><br />Subscribe with a phone number, and its code arrives
            here.
          </p>`
        : html`<ol class="list">
            ${[...latest.values()].slice(0, shown).map((text) => row(text, base))}
          </ol>`
    }
    ${latest.size > shown ? html`<p class="quiet">The latest ${shown} of ${latest.size}.</p>` : ''}
  `
}

function row(text: Sms, base: string): Html {
  return html`<li>
    <a href="${base}/phones/${encodeURIComponent(text.to)}">
      <span class="who">${text.to}</span>
      <span class="what">${text.text}</span>
      <span class="when">${chip(text.states.at(-1)?.state ?? '')} ${time(text.accepted_at)}</span>
    </a>
  </li>`
}

type Bubble = { at: number; html: Html }

/** The thread as its owner sees it, with a box to answer. */
export function phonePage({ texts, phones }: Desk, base: string, number: string): Html {
  const received = texts.all().filter(({ to }) => to === number)
  const notes = phones.notes().filter((note) => note.number === number)
  const bubbles: Bubble[] = [
    ...received.map((text) => ({ at: text.accepted_at, html: textBubble(text) })),
    ...notes.map((note) => ({ at: note.at, html: noteBubble(note) })),
  ]
  bubbles.sort((a, b) => a.at - b.at)
  const path = `${base}/phones/${encodeURIComponent(number)}`
  return html`
    <p class="back"><a href="${base}/phones">← Phones</a></p>
    <section class="phone" aria-label="Phone ${number}">
      <h1>${number} <a href="${path}#latest">Refresh</a></h1>
      <ol class="thread">
        ${bubbles.slice(-shown).map((bubble) => bubble.html)}
      </ol>
      <form id="latest" method="post" action="${path}/reply" class="reply">
        <input
          name="text"
          aria-label="Answer"
          placeholder="Answer"
          autocomplete="off"
          maxlength="1600"
        />
        <button>Send</button>
      </form>
      <form method="post" action="${path}/reply" class="quick" aria-label="Keywords">
        ${['STOP', 'START', 'HELP'].map((word) => html`<button name="text" value="${word}">${word}</button>`)}
      </form>
    </section>
  `
}

function textBubble(text: Sms): Html {
  const size = text.segments === 1 ? '' : ` · ${text.segments} segments`
  const state = text.states.at(-1)?.state ?? ''
  return html`<li class="in">
    <p>${linked(text.text)}</p>
    <small title="From ${text.from}">${state}${size} · ${time(text.accepted_at)}</small>
  </li>`
}

function noteBubble(note: Note): Html {
  const isOwn = note.direction === 'from_person'
  const source = isOwn
    ? note.outcome
    : note.author === 'provider'
      ? 'answered by Twilio'
      : 'answered'
  return html`<li class="${isOwn ? 'out' : 'in'}">
    <p>${linked(note.text)}</p>
    <small>${source} · ${time(note.at)}</small>
  </li>`
}
