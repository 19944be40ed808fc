import { places, type Letter } from './letter.ts'
import { cutAtWord } from './letter-cut.ts'
import { digestLead, leftOut, storiesOf } from './letter-digest.ts'
import { outlineOf, storyOf, type Outline } from './letter-outline.ts'
import { speak } from '../message.ts'
import type { ComponentStatus } from '../words.ts'

/** A letter as a message in a chat, before it is set in the chat's own blocks. */
export type Chat = {
  page: string
  title: string
  url: string | null
  /** Page and kind of news. */
  origin: string
  tone: ComponentStatus | null
  /** Our own sentences. */
  lines: string[]
  outline: Outline | null
  stories: Outline[]
  links: { label: string; url: string }[]
  /** Choosing and leaving; nobody subscribes by ignoring a confirmation, so it has none. */
  leaving: { label: string; url: string }[]
  readOn: string
}

export const marks: Record<ComponentStatus, string> = {
  operational: '🟢',
  under_maintenance: '🔵',
  degraded_performance: '🟡',
  partial_outage: '🟠',
  major_outage: '🔴',
}

export function chatOf(written: Letter): Chat {
  const letter = withoutCalls(written)
  const say = speak(letter.locale)
  const page = cutAtWord(letter.page.name, 100)
  const blank = {
    page,
    url: null,
    origin: page,
    tone: null,
    outline: null,
    stories: [],
    links: [],
    leaving: [
      { label: say('chat.manage'), url: places.manage },
      { label: say('chat.unsubscribe'), url: places.unsubscribe },
    ],
    readOn: say('chat.read_on'),
  }
  if (letter.kind === 'confirmation')
    return {
      ...blank,
      title: say('chat.confirm.title'),
      lines: [say('chat.confirm.body', { page }), say('chat.confirm.ignore')],
      links: [{ label: say('chat.confirm.button'), url: places.confirm }],
      leaving: [],
    }
  if (letter.digest)
    return {
      ...blank,
      title: say('mail.kind.digest'),
      url: letter.page.url,
      lines: [digestLead(letter), leftOut(letter)].filter((line) => line !== ''),
      stories: storiesOf(letter).map((story) => storyOf(letter, story)),
      links: [{ label: say('mail.view_page'), url: letter.page.url }],
    }
  if (!letter.incident)
    return {
      ...blank,
      title: say('chat.already.title'),
      lines: [say('chat.already.body', { page })],
    }
  const outline = outlineOf(letter, letter.incident)
  return {
    ...blank,
    title: say('chat.title', { state: outline.state, name: outline.name }),
    url: outline.url,
    origin: say('chat.origin', { page, kind: outline.kind }),
    tone: outline.tone,
    lines: outline.lead ? [outline.lead] : [],
    outline,
    links: [{ label: outline.view, url: outline.url }, ...outline.links],
  }
}

/** Names that would call everybody in a channel call nobody, wherever operators wrote them. */
function withoutCalls(letter: Letter): Letter {
  const calling = /@(?=channel|everyone|group|here)/gi
  return JSON.parse(JSON.stringify(letter).replace(calling, '@\u2060')) as Letter
}
