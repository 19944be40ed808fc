import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type Wire = Awaited<ReturnType<typeof wireTo>>

/** A line on loopback to another port of it, that can be cut: whoever calls is then refused, or turned away and counted. */
export async function wireTo(target: string, now: () => number = Date.now) {
  const { port: far } = new URL(target)
  const ends = new Set<Socket>()
  let swallowing = { left: 0, to: '' }
  let swallowed = 0
  const calls: number[] = []
  let isGone = false
  const server = createServer((near) => {
    if (isGone) {
      calls.push(now())
      near.on('error', () => {}).resetAndDestroy()
      return
    }
    const other = connect(Number(far), '127.0.0.1')
    for (const [end, opposite] of [
      [near, other],
      [other, near],
    ] as const) {
      ends.add(end)
      end
        .on('error', () => opposite.destroy())
        .on('close', () => {
          ends.delete(end)
          opposite.destroy()
        })
    }
    let asked = ''
    near.on('data', (question) => {
      asked += question.toString('latin1')
      other.write(question)
    })
    other.on('data', (answer) => {
      if (swallowing.left > 0 && asked.includes(swallowing.to)) {
        swallowing.left--
        swallowed++
        near.destroy()
        other.destroy()
      } else near.write(answer)
      asked = ''
    })
  })
  const open = (port = 0) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await open()
  const { port } = server.address() as AddressInfo
  const hangUp = () => ends.forEach((end) => end.destroy())

  return {
    url: `http://127.0.0.1:${port}`,
    async cut(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve))
      hangUp()
      await closed
    },
    mend: () => open(port),
    hangUp,
    /** Nobody is behind it any more, until they come back: whoever calls learns it at once. */
    leave(): void {
      isGone = true
      hangUp()
    },
    comeBack(): void {
      isGone = false
    },
    /** When somebody called in vain. */
    calls,
    /** The next answers are lost after what they answer has been done; `to` stands in what they answer. */
    loseAnswers(count: number, to = ''): void {
      swallowing = { left: count, to }
    },
    /** Answers that were lost so far. */
    lost: () => swallowed,
    async [Symbol.asyncDispose](): Promise<void> {
      if (server.listening) await this.cut()
    },
  }
}
