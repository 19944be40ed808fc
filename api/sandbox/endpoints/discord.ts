import { type Fields, isObject, objectIn, objectsOf, textOf } from './json.ts'

/** An error in Discord's shape; https://discord.com/developers/docs/topics/opcodes-and-status-codes has the codes. */
const refuse = (status: number, code: number, message: string, headers = {}) =>
  Response.json({ message, code }, { status, headers })
const failed = () => refuse(500, 0, '500: Internal Server Error')

export const discordWording = {
  rate_limited: () =>
    Response.json(
      { message: 'You are being rate limited.', retry_after: 1, global: false },
      { status: 429, headers: { 'retry-after': '1', 'x-ratelimit-scope': 'user' } },
    ),
  gone: () => refuse(404, 10015, 'Unknown Webhook'),
  error_before: failed,
  error_after: failed,
}

/** Says the message's id only to those who wait for it. */
export function discordAnswer(body: string, url: URL, id: string): Response {
  const message = objectIn(body)
  if (message === null) return refuse(400, 50109, 'The request body contains invalid JSON.')
  const embeds = objectsOf(message['embeds'])
  if (textOf(message['content']) === '' && embeds.length === 0)
    return refuse(400, 50006, 'Cannot send an empty message')
  if (textOf(message['content']).length > 2000 || embeds.length > 10 || !fits(embeds))
    return refuse(400, 50035, 'Invalid Form Body')
  if (url.searchParams.get('wait') !== 'true') return new Response(null, { status: 204 })
  return Response.json({ id, type: 0, content: textOf(message['content']), embeds })
}

/** The limits of https://discord.com/developers/docs/resources/message#embed-object-embed-limits. */
function fits(embeds: Fields[]): boolean {
  const lengths = embeds.flatMap(limited)
  const sum = lengths.reduce((total, [text]) => total + text.length, 0)
  return (
    sum <= 6000 &&
    lengths.every(([text, longest]) => text.length <= longest) &&
    embeds.every(({ fields }) => objectsOf(fields).length <= 25)
  )
}

function limited(embed: Fields): [text: string, longest: number][] {
  const { footer } = embed
  return [
    [textOf(embed['title']), 256],
    [textOf(embed['description']), 4096],
    [isObject(footer) ? textOf(footer['text']) : '', 2048],
    ...objectsOf(embed['fields']).flatMap(({ name, value }): [string, number][] => [
      [textOf(name), 256],
      [textOf(value), 1024],
    ]),
  ]
}

const epoch = Date.UTC(2015, 0, 1)

/** An id as Discord makes them: the moment, and 22 bits that tell those of one moment apart. */
export function snowflake(at: number): string {
  const [random] = crypto.getRandomValues(new Uint32Array(1))
  return String((BigInt(at - epoch) << 22n) | BigInt(random! >>> 10))
}
