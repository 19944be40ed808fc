import { type Fields, isObject, objectsOf, textOf } from '../../endpoints/json.ts'
import { buttons, facts, link, text, title, type Card, type Part, type Span } from './card.ts'
import { markdown } from './markup.ts'

/** The Adaptive Cards of a message. */
export function teamsCards(message: Fields): Card[] {
  return objectsOf(message['attachments']).flatMap(({ content }) =>
    isObject(content)
      ? [{ color: null, parts: elementParts({ ...content, items: content['body'] }) }]
      : [],
  )
}

function elementParts(element: Fields): Part[] {
  const spans = markdown(textOf(element['text']))
  const isTitle =
    element['style'] === 'heading' || /^(medium|large)$/i.test(textOf(element['size']))
  const inside = [element['items'], element['columns'], element['inlines']].flatMap(objectsOf)
  return [
    ...(isTitle ? title(spans) : text(spans)),
    ...facts(objectsOf(element['facts']).map(fact)),
    ...inside.flatMap(elementParts),
    ...buttons(objectsOf(element['actions']).map(button)),
  ]
}

function fact(given: Fields): [Span[], Span[]] {
  return [markdown(textOf(given['title'])), markdown(textOf(given['value']))]
}

function button(action: Fields): Span {
  return link(textOf(action['title']), textOf(action['url']))
}
