import { type Fields, isObject, objectsOf, textOf } from '../../endpoints/json.ts'
import { buttons, facts, link, plain, text, title, type Card, type Span } from './card.ts'
import { markdown } from './markup.ts'

/** What is said, the embeds below it, and rows of buttons. */
export function discordCards(message: Fields): Card[] {
  const rows = objectsOf(message['components'])
  const parts = [
    ...text(markdown(textOf(message['content']))),
    ...rows.flatMap(({ components }) => buttons(objectsOf(components).map(button))),
  ]
  return [{ color: null, parts }, ...objectsOf(message['embeds']).map(embedCard)]
}

function embedCard(embed: Fields): Card {
  const name = textOf(embed['title'])
  const parts = [
    ...text(plain(isObject(embed['author']) ? textOf(embed['author']['name']) : '')),
    ...title(name === '' ? [] : [link(name, textOf(embed['url']))]),
    ...text(markdown(textOf(embed['description']))),
    ...facts(objectsOf(embed['fields']).map(field)),
    ...text(plain(isObject(embed['footer']) ? textOf(embed['footer']['text']) : '')),
  ]
  return { color: colorOf(embed['color']), parts }
}

function field(given: Fields): [Span[], Span[]] {
  return [markdown(textOf(given['name'])), markdown(textOf(given['value']))]
}

function button(component: Fields): Span {
  return link(textOf(component['label']), textOf(component['url']))
}

function colorOf(value: unknown): string | null {
  return typeof value === 'number' ? `#${value.toString(16).padStart(6, '0')}` : null
}
