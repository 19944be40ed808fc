import { type Fields, isObject, objectsOf, textOf } from '../../endpoints/json.ts'
import {
  buttons,
  facts,
  link,
  plain,
  text,
  title,
  type Card,
  type Part,
  type Span,
} from './card.ts'
import { mrkdwn, withoutEntities } from './markup.ts'

/** Blocks replace the text, which is then only for notifications. */
export function slackCards(message: Fields): Card[] {
  const blocks = objectsOf(message['blocks'])
  const parts =
    blocks.length > 0 ? blocks.flatMap(blockParts) : text(mrkdwn(textOf(message['text'])))
  return [{ color: null, parts }, ...objectsOf(message['attachments']).map(attachmentCard)]
}

function attachmentCard(attachment: Fields): Card {
  const name = textOf(attachment['title'])
  const parts = [
    ...text(mrkdwn(textOf(attachment['pretext']))),
    ...title(name === '' ? [] : [link(withoutEntities(name), textOf(attachment['title_link']))]),
    ...text(mrkdwn(textOf(attachment['text']))),
    ...facts(objectsOf(attachment['fields']).map(fieldFact)),
    ...objectsOf(attachment['blocks']).flatMap(blockParts),
    ...buttons(objectsOf(attachment['actions']).flatMap(button)),
    ...text(mrkdwn(textOf(attachment['footer']))),
  ]
  return { color: textOf(attachment['color']), parts }
}

function fieldFact(field: Fields): [Span[], Span[]] {
  return [mrkdwn(textOf(field['title'])), mrkdwn(textOf(field['value']))]
}

function blockParts(block: Fields): Part[] {
  const elements = objectsOf(block['elements'])
  switch (block['type']) {
    case 'header':
      return title(textObject(block['text']))
    case 'section':
      return [
        ...text(textObject(block['text'])),
        ...facts(objectsOf(block['fields']).map((field) => [textObject(field), []])),
        ...buttons(objectsOf([block['accessory']]).flatMap(button)),
      ]
    case 'context':
      return elements.flatMap((element) => text(textObject(element)))
    case 'actions':
      return buttons(elements.flatMap(button))
    default:
      return []
  }
}

function textObject(value: unknown): Span[] {
  if (!isObject(value)) return []
  const given = textOf(value['text'])
  return value['type'] === 'mrkdwn' ? mrkdwn(given) : plain(withoutEntities(given))
}

function button(element: Fields): Span[] {
  const label = isObject(element['text']) ? element['text']['text'] : element['text']
  return textOf(label) === '' ? [] : [link(withoutEntities(textOf(label)), textOf(element['url']))]
}
