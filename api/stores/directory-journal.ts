import { appendFile, open, readFile, rename } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

type Bytes = Buffer<ArrayBuffer>

/** A document as it lies on disk: compressed once, when it was published. */
export type Stored = {
  path: string
  content_type: string
  headers: Record<string, string>
  revision: number
  /** What rendered it: revisions are compared among renderings of one maker only. */
  maker: string
  digest: string
  bodies: { gzip: Bytes; br: Bytes }
}

/** One step: after a crash all of it is there, or nothing. */
export type Step = {
  documents?: Stored[]
  removed?: string[]
  reached?: { through: number; maker: string }
}

/** A file that steps are appended to. */
export type Journal = {
  /** Bytes, those of superseded documents included. */
  size(): number
  append(step: Step): Promise<void>
  /** Replaces everything by one step: temp file, sync, rename. */
  rewrite(step: Step): Promise<void>
}

/** Reads every whole step; what follows the first torn one was never acknowledged and counts for nothing. */
export async function openJournal(file: string): Promise<{ journal: Journal; steps: Step[] }> {
  const bytes = await readFile(file).catch(whenMissing)
  const { steps, end } = decode(bytes)
  let size = end
  // A torn step in the middle would hide all that is appended after it.
  let torn = end < bytes.length
  return {
    steps,
    journal: {
      size: () => (torn ? Infinity : size),
      async append(step) {
        const frame = encode(step)
        torn = true
        await appendFile(file, frame)
        torn = false
        size += frame.length
      },
      async rewrite(step) {
        const frame = encode(step)
        const temporary = `${file}.${process.pid}.tmp`
        const handle = await open(temporary, 'w')
        try {
          await handle.writeFile(frame)
          await handle.sync()
        } finally {
          await handle.close()
        }
        await rename(temporary, file)
        size = frame.length
        torn = false
      },
    },
  }
}

function whenMissing(error: NodeJS.ErrnoException): Bytes {
  if (error.code === 'ENOENT') return Buffer.alloc(0)
  throw error
}

// A frame: length and CRC-32 of the payload (4 bytes each, little endian), then the payload: one line of JSON, then the bodies.
const PREFIX = 8

type Head = Omit<Step, 'documents'> & {
  documents: (Omit<Stored, 'bodies'> & { lengths: number[] })[]
}

function encode({ documents = [], removed, reached }: Step): Buffer {
  const heads = documents.map(({ bodies, ...head }) => ({
    ...head,
    lengths: [bodies.gzip.length, bodies.br.length],
  }))
  const head = Buffer.from(`${JSON.stringify({ documents: heads, removed, reached })}\n`)
  const bodies = documents.flatMap(({ bodies }) => [bodies.gzip, bodies.br])
  const frame = Buffer.concat([Buffer.alloc(PREFIX), head, ...bodies])
  frame.writeUInt32LE(frame.length - PREFIX, 0)
  frame.writeUInt32LE(crc32(frame.subarray(PREFIX)), 4)
  return frame
}

function decode(bytes: Bytes): { steps: Step[]; end: number } {
  const steps: Step[] = []
  let end = 0
  while (end + PREFIX <= bytes.length) {
    const start = end + PREFIX
    const length = bytes.readUInt32LE(end)
    const payload = bytes.subarray(start, start + length)
    if (payload.length < length || crc32(payload) !== bytes.readUInt32LE(end + 4)) break
    steps.push(readStep(payload))
    end = start + length
  }
  return { steps, end }
}

function readStep(payload: Bytes): Step {
  let at = payload.indexOf('\n') + 1
  const { documents, ...rest } = JSON.parse(payload.toString('utf8', 0, at)) as Head
  const take = (length = 0) => payload.subarray(at, (at += length))
  const read = ({ lengths, ...head }: Head['documents'][number]): Stored => {
    const [gzip, br] = lengths
    return { ...head, bodies: { gzip: take(gzip), br: take(br) } }
  }
  return { ...rest, documents: documents.map(read) }
}
