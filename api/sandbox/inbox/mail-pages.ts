import { html } from 'hono/html'
import type { Mail } from '../mailbox.ts'
import { chip, time } from './layout.ts'
import { oneClickUrl } from './one-click.ts'
import type { Desk, Html } from './routes.ts'

const shown = 100

/** The newest mails, or the newest that hold `query` in address or subject. */
export function mailsPage({ mails }: Desk, base: string, query: string): Html {
  const wanted = query.toLowerCase()
  const found = mails
    .all()
    .toReversed()
    .filter(({ to, subject }) => `${to}\n${subject}`.toLowerCase().includes(wanted))
  return html`
    <div class="head">
      <h1>Mail</h1>
      <form action="${base}/" class="search" role="search">
        <input
          type="search"
          name="q"
          value="${query}"
          placeholder="Address or subject"
          aria-label="Search"
        />
      </form>
      ${mails.total > 0 ? clearForm(base) : ''}
    </div>
    ${mails.duplicates > 0 ? html`<p class="notice bad">${mails.duplicates} accepted twice</p>` : ''}
    ${
      found.length === 0
        ? empty(query)
        : html`<ol class="list">
            ${found.slice(0, shown).map((mail) => row(mail, base))}
          </ol>`
    }
    ${found.length > shown ? html`<p class="quiet">The newest ${shown} of ${found.length}.</p>` : ''}
  `
}

function row(mail: Mail, base: string): Html {
  return html`<li>
    <a href="${base}/mail/${mail.id}">
      <span class="who">${mail.to}</span>
      <span class="what"
        ><strong>${mail.subject || 'No subject'}</strong> ${preview(mail.text)}</span
      >
      <span class="when">${chip(mail.states.at(-1)?.state ?? '')} ${time(mail.accepted_at)}</span>
    </a>
  </li>`
}

function preview(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 140)
}

function empty(query: string): Html {
  return query === ''
    ? html`<p class="empty">
        <strong>No mail yet.</strong><br />Subscribe on the status page, and the confirmation
        arrives here.
      </p>`
    : html`<p class="empty"><strong>Nothing found.</strong></p>`
}

function clearForm(base: string): Html {
  return html`<form method="post" action="${base}/messages/clear">
    <button class="plain">Empty the sandbox</button>
  </form>`
}

export function mailPage(mail: Mail, base: string, oneClick: string): Html {
  return html`
    <p class="back"><a href="${base}/">← Mail</a></p>
    <article>
      <header class="head">
        <h1>${mail.subject || 'No subject'}</h1>
        ${unsubscribe(mail, base)}
      </header>
      ${oneClick === '' ? '' : notice(oneClick)}
      <dl class="facts">
        <dt>To</dt>
        <dd>${mail.to}</dd>
        <dt>From</dt>
        <dd>${mail.from}</dd>
        <dt>States</dt>
        <dd>
          ${mail.states.map(({ state, at }) => html`<span class="step">${chip(state)} ${time(at)}</span>`)}
        </dd>
      </dl>
      <iframe
        class="letter"
        title="The mail as HTML"
        srcdoc="${letter(mail)}"
        sandbox="${permissions}"
      ></iframe>
      ${part('Text', mail.text)} ${part('Headers and tags', headers(mail))}
    </article>
  `
}

/** Links work, also those that leave the frame; scripts and forms do not. */
const permissions =
  'allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation'

function letter({ html: markup, text }: Mail): string {
  const target = '<base target="_top">'
  if (markup === '')
    return `${target}<pre>${text.replace(/[&<]/g, (char) => `&#${char.charCodeAt(0)};`)}</pre>`
  return /<head[^>]*>/i.test(markup)
    ? markup.replace(/<head[^>]*>/i, (head) => head + target)
    : target + markup
}

function unsubscribe(mail: Mail, base: string): Html | string {
  if (oneClickUrl(mail) === null) return ''
  return html`<form method="post" action="${base}/mail/${mail.id}/unsubscribe">
    <button class="plain" title="Posts to List-Unsubscribe as a mail client would (RFC 8058)">
      Unsubscribe
    </button>
  </form>`
}

function notice(outcome: string): Html {
  return /^2\d\d$/.test(outcome)
    ? html`<p class="notice">Unsubscribed with one click: the service answered ${outcome}.</p>`
    : html`<p class="notice bad">One-click unsubscribe failed: ${outcome}.</p>`
}

function part(name: string, content: string): Html {
  return html`<details>
    <summary>${name}</summary>
    <pre>${content}</pre>
  </details>`
}

function headers(mail: Mail): string {
  const lines = Object.entries(mail.headers).map(([name, value]) => `${name}: ${value}`)
  const tags = Object.entries(mail.tags).map(([name, value]) => `tag ${name} = ${value}`)
  return [...lines, ...tags, `Idempotency-Key = ${mail.idempotency_key ?? 'none'}`].join('\n')
}
