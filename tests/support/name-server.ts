import { createSocket } from 'node:dgram'

const types = { A: 1, NS: 2, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28, SRV: 33, CAA: 257 }
type Type = keyof typeof types

/** Data of a record, as it stands on the wire. */
export const wire = {
  name: (name: string) =>
    Buffer.concat([
      ...name.split('.').map((part) => Buffer.concat([byte(part.length), Buffer.from(part)])),
      byte(0),
    ]),
  numbers: (...numbers: number[]) => Buffer.concat(numbers.map((number) => word(number))),
  long: (number: number) => Buffer.concat([word(number >>> 16), word(number & 0xffff)]),
  text: (text: string) => Buffer.concat([byte(text.length), Buffer.from(text)]),
}

const byte = (number: number) => Buffer.of(number)
const word = (number: number) => Buffer.of(number >> 8, number & 0xff)

export type Records = Partial<Record<Type, Buffer[]>>

type Said = { code?: number; records?: Records }

/** A name server on loopback that knows one name; `garble` has the last word on each answer, or none. */
export function serveNames(
  records: Records,
  { code = 0, garble = (answer: Buffer): Buffer | null => answer } = {},
) {
  return serveAnswers(() => ({ code, records }), garble)
}

/** A name server on loopback that says what it is told to say of a name; null is silence. */
export async function serveAnswers(
  say: (name: string, type: Type) => Said | null,
  garble = (answer: Buffer): Buffer | null => answer,
) {
  const socket = createSocket('udp4')
  let sent = 0
  socket.on('message', (asked, from) => {
    const question = asked.subarray(12, asked.indexOf(0, 12) + 5)
    const number = question.readUInt16BE(question.length - 4)
    const type = (Object.keys(types) as Type[]).find((one) => types[one] === number)!
    const said = say(nameIn(question), type)
    if (said === null) return
    const answers = (said.records?.[type] ?? []).map((data) =>
      // A pointer to the name in the question, class IN, a minute.
      Buffer.concat([word(0xc00c), word(number), word(1), wire.long(60), word(data.length), data]),
    )
    const head = Buffer.concat([
      asked.subarray(0, 2),
      word(0x8180 | (said.code ?? 0)),
      word(1),
      word(answers.length),
      wire.long(0),
    ])
    const answer = garble(Buffer.concat([head, question, ...answers]))
    if (answer === null) return
    sent += answer.length
    socket.send(answer, from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return {
    port: socket.address().port,
    sent: () => sent,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  }
}

function nameIn(question: Buffer): string {
  const labels: string[] = []
  for (let at = 0; question[at]! > 0; at += question[at]! + 1)
    labels.push(question.toString('latin1', at + 1, at + 1 + question[at]!))
  return labels.join('.')
}
