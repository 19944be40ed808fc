import { places, type Letter } from './letter.ts'
import { cutAtWord } from './letter-cut.ts'
import { digestLead, leftOut, storiesOf } from './letter-digest.ts'
import { outlineOf, storyOf, type Outline } from './letter-outline.ts'
import { speak, type Say } from '../message.ts'

/** The same for every letter of one incident, so that mail programs keep them in one thread. */
export function subjectOf(letter: Letter): string {
  const { kind, incident, locale } = letter
  const say = speak(locale)
  const page = letter.page.name
  const subject = incident
    ? say('text.subject.incident', { page, name: incident.name })
    : kind === 'already_subscribed' || kind === 'digest'
      ? say(`text.subject.${kind}`, { page })
      : say('text.subject.confirmation', { page })
  return subject.replace(/\s+/g, ' ').trim()
}

/** The plain-text twin of a mail. */
export function textOf(letter: Letter): string {
  const say = speak(letter.locale)
  return [...paragraphsOf(letter, say), footer(letter, say)].filter(Boolean).join('\n\n') + '\n'
}

function paragraphsOf(letter: Letter, say: Say): string[] {
  const page = letter.page.name
  if (letter.incident) return newsParagraphs(outlineOf(letter, letter.incident), say)
  if (letter.digest)
    return [
      say('mail.kind.digest'),
      digestLead(letter),
      ...storiesOf(letter).flatMap((story) => [
        '* * *',
        ...storyParagraphs(storyOf(letter, story), say),
      ]),
      '* * *',
      leftOut(letter),
      say('text.page', { url: letter.page.url }),
    ]
  return letter.kind === 'already_subscribed'
    ? [say('text.already', { page })]
    : [say('text.confirm', { page }), places.confirm, say('text.confirm_hint')]
}

/** What operators write may be long; a mail is not the place for all of it. */
const BODY = 12_000

function newsParagraphs(outline: Outline, say: Say): string[] {
  const { state, kind, name, lead, planned, facts, parts, next, posted, links, url } = outline
  const factLines = facts.map(([fact, value]) => say('text.fact', { name: fact, value })).join('\n')
  return [
    `${state === kind ? state : say('text.state', { status: state, time: kind })}\n${name}`,
    lead ?? '',
    planned ? factLines : '',
    ...parts.flatMap((part) => written(part, url, BODY / parts.length, say)),
    next ?? '',
    planned ? '' : factLines,
    componentLines(outline, say),
    posted,
    ...links.map(({ label, url }) => say('text.fact', { name: label, value: url })),
    say('text.more', { url }),
  ]
}

function storyParagraphs(outline: Outline, say: Say): string[] {
  const { state, name, lead, parts, next, url } = outline
  return [
    say('chat.title', { state, name }),
    lead ?? '',
    ...parts.flatMap((part) => written(part, url, 1500, say)),
    next ?? '',
    componentLines(outline, say),
    say('text.more', { url }),
  ]
}

function written(
  { heading, body }: Outline['parts'][number],
  url: string,
  max: number,
  say: Say,
): string[] {
  const text = heading ? `${heading}\n${cutAtWord(body, max)}` : cutAtWord(body, max)
  return body.length > max ? [text, say('text.read_on', { url })] : [text]
}

function componentLines({ upcoming, components, more_components }: Outline, say: Say): string {
  if (components.length === 0) return ''
  return [
    say(upcoming ? 'text.to_be_affected' : 'text.components'),
    ...components.map(({ name, change }) => say('text.component', { name, change })),
    ...(more_components ? [more_components] : []),
  ].join('\n')
}

function footer({ page, kind }: Letter, say: Say): string {
  const contact = [page.support.email ?? page.support.url, page.support.hours]
    .filter(Boolean)
    .join(', ')
  const lines = [
    contact ? say('text.support', { contact }) : '',
    ...(kind === 'confirmation'
      ? []
      : [
          say('text.why', { page: page.name, url: page.url }),
          say('text.manage', { url: places.manage }),
          say('text.unsubscribe', { url: places.unsubscribe }),
        ]),
    page.privacy_url ? say('text.privacy', { url: page.privacy_url }) : '',
    page.terms_url ? say('text.terms', { url: page.terms_url }) : '',
  ]
  return lines.filter(Boolean).join('\n')
}
