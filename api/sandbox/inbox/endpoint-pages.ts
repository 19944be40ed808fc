import { html } from 'hono/html'
import { objectIn, textOf } from '../endpoints/json.ts'
import type { Post, PostChannel } from '../mailbox.ts'
import { lineOf } from './chats/card.ts'
import { cardsOf, cardView } from './chats/view.ts'
import { time } from './layout.ts'
import { linked } from './linked.ts'
import { pretty } from './pretty.ts'
import type { Desk, Html } from './routes.ts'

const shown = 100

const names: Record<PostChannel, string> = {
  webhook: 'Webhook',
  slack: 'Slack',
  teams: 'Microsoft Teams',
  discord: 'Discord',
}

/** One line per URL, the latest first. */
export function endpointsPage({ posts }: Desk, base: string): Html {
  const latest = new Map<string, Post>()
  for (const post of posts.all().toReversed()) if (!latest.has(post.to)) latest.set(post.to, post)
  return html`
    <div class="head"><h1>Endpoints</h1></div>
    ${posts.duplicates > 0 ? html`<p class="notice bad">${posts.duplicates} accepted twice</p>` : ''}
    ${
      latest.size === 0
        ? html`<p class="empty">
            <strong>Nothing posted yet.</strong><br />Subscribe with one of the URLs below, and its
            first message arrives here.
          </p>`
        : html`<ol class="list of-endpoints">
            ${[...latest.values()].slice(0, shown).map((post) => row(post, base))}
          </ol>`
    }
    ${latest.size > shown ? html`<p class="quiet">The latest ${shown} of ${latest.size}.</p>` : ''}
    ${toTry}
  `
}

function row(post: Post, base: string): Html {
  return html`<li>
    <a href="${base}/endpoints/${encodeURIComponent(post.to)}">
      <span class="who">${post.to.replace('https://', '')}</span>
      <span class="what"><strong>${names[post.channel]}</strong> ${preview(post)}</span>
      <span class="when">${time(post.accepted_at)}</span>
    </a>
  </li>`
}

function preview(post: Post): string {
  const cards = cardsOf(post)
  const line = cards === null ? typeOf(post) || post.text : lineOf(cards)
  return line.replace(/\s+/g, ' ').slice(0, 140)
}

const examples: [what: string, url: string][] = [
  ['Webhook', 'https://receiver.example/hook'],
  ['Webhook that confirms by itself', 'https://receiver.example/echo'],
  ['Slack', 'https://hooks.slack.com/services/T00000000/B00000000/sandbox'],
  [
    'Microsoft Teams',
    'https://prod-00.westeurope.logic.azure.com/workflows/0123456789abcdef/triggers/manual/paths/invoke?sig=sandbox',
  ],
  ['Discord', 'https://discord.com/api/webhooks/123456789012345678/sandbox'],
]

const toTry = html`
  <section class="to-try">
    <h2>URLs to try</h2>
    <p class="quiet">
      Whatever is posted to an https URL arrives here instead. Names under .example, .test and
      .invalid need no network. A webhook with <code>/echo</code> in its path answers the challenge
      by itself; any other is confirmed by opening the link in the message.
    </p>
    <dl class="facts">
      ${examples.map(
        ([what, url]) =>
          html`<dt>${what}</dt>
            <dd><code>${url}</code></dd>`,
      )}
    </dl>
  </section>
`

/** What was posted to one URL, newest first. */
export function endpointPage({ posts }: Desk, base: string, url: string): Html {
  const received = posts
    .all()
    .toReversed()
    .filter(({ to }) => to === url)
  return html`
    <p class="back"><a href="${base}/endpoints">← Endpoints</a></p>
    <div class="head">
      <h1 class="url">${url}</h1>
      <a href="${base}/endpoints/${encodeURIComponent(url)}">Refresh</a>
    </div>
    ${received.length === 0 ? html`<p class="empty"><strong>Nothing posted yet.</strong></p>` : ''}
    ${received.slice(0, shown).map(postView)}
    ${received.length > shown ? html`<p class="quiet">The latest ${shown} of ${received.length}.</p>` : ''}
  `
}

function postView(post: Post): Html {
  const cards = cardsOf(post)
  const json = pretty(post.text)
  return html`<article class="post" id="${post.id}">
    <header>
      <h2>${cards === null ? typeOf(post) || names[post.channel] : names[post.channel]}</h2>
      ${post.duplicates > 0 ? html`<strong class="chip bounced">accepted before</strong>` : ''}
      ${time(post.accepted_at)}
    </header>
    ${cards === null ? html`<pre>${linked(json)}</pre>` : cards.map(cardView)}
    ${cards === null ? '' : folded('JSON', json)} ${folded('Headers', headerLines(post))}
  </article>`
}

/** What a webhook calls itself. */
function typeOf({ text }: Post): string {
  return textOf(objectIn(text)?.['type'])
}

function folded(name: string, content: string): Html {
  return html`<details>
    <summary>${name}</summary>
    <pre>${content}</pre>
  </details>`
}

function headerLines({ headers }: Post): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}
