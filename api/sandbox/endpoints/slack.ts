import { type Fields, isObject, objectIn, objectsOf, textOf } from './json.ts'

/** Slack words its failures in plain text. */
const refuse = (status: number, code: string, headers = {}) =>
  new Response(code, { status, headers })
const failed = () => refuse(500, 'rollup_error')

export const slackWording = {
  rate_limited: () => refuse(429, 'rate_limited', { 'retry-after': '1' }),
  gone: () => refuse(404, 'no_service'),
  error_before: failed,
  error_after: failed,
}

export function slackAnswer(body: string): Response {
  const message = objectIn(body)
  if (message === null) return refuse(400, 'invalid_payload')
  const blocks = message['blocks']
  const says = textOf(message['text']) !== '' || Boolean(blocks ?? message['attachments'])
  if (!says) return refuse(400, 'no_text')
  const isTaken = blocks === undefined || (Array.isArray(blocks) && fits(blocks))
  return isTaken ? refuse(200, 'ok') : refuse(400, 'invalid_blocks')
}

function fits(blocks: unknown[]): boolean {
  return blocks.length <= 50 && blocks.every((block) => isObject(block) && blockFits(block))
}

/** The limits of https://docs.slack.dev/reference/block-kit/blocks for what messages here are made of. */
function blockFits(block: Fields): boolean {
  switch (block['type']) {
    case 'header':
      return isText(block['text'], 150)
    case 'section': {
      const fields = objectsOf(block['fields'])
      const isFilled = fields.length > 0 && block['text'] === undefined
      return (
        (isFilled || isText(block['text'], 3000)) &&
        fields.length <= 10 &&
        fields.every((field) => isText(field, 2000))
      )
    }
    case 'actions':
      return objectsOf(block['elements']).every(
        ({ text, url }) => isText(text, 75) && textOf(url).length <= 3000,
      )
    default:
      return typeof block['type'] === 'string'
  }
}

function isText(value: unknown, longest: number): boolean {
  const text = isObject(value) ? textOf(value['text']) : ''
  return text.length >= 1 && text.length <= longest
}
