import { html } from 'hono/html'
import { objectIn } from '../../endpoints/json.ts'
import type { Post } from '../../mailbox.ts'
import type { Html } from '../routes.ts'
import type { Card, Part, Span } from './card.ts'
import { discordCards } from './discord.ts'
import { slackCards } from './slack.ts'
import { teamsCards } from './teams.ts'

const readers = { slack: slackCards, teams: teamsCards, discord: discordCards }

/** What a chat shows of a post; null where it is a program's to read. */
export function cardsOf({ channel, text }: Post): Card[] | null {
  const message = channel === 'webhook' ? null : objectIn(text)
  if (channel === 'webhook' || message === null) return null
  return readers[channel](message).filter(({ parts }) => parts.length > 0)
}

export function cardView({ color, parts }: Card): Html {
  const bar = /^#[0-9a-f]{6}$/i.test(color ?? '') ? color : 'transparent'
  return html`<div class="card" style="border-left-color: ${bar}">${parts.map(partView)}</div>`
}

function partView(part: Part): Html {
  switch (part.kind) {
    case 'title':
      return html`<h3>${part.spans.map(spanView)}</h3>`
    case 'text':
      return html`<p>${part.spans.map(spanView)}</p>`
    case 'facts':
      return html`<dl class="facts">
        ${part.facts.map(
          ([name, value]) =>
            html`<dt>${name.map(spanView)}</dt>
              <dd>${value.map(spanView)}</dd>`,
        )}
      </dl>`
    case 'buttons':
      return html`<p class="buttons">${part.buttons.map(spanView)}</p>`
  }
}

function spanView({ text, isStrong, url }: Span): Html {
  if (url !== undefined) return html`<a href="${url}">${text}</a>`
  return isStrong ? html`<strong>${text}</strong>` : html`${text}`
}
