import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type Wire = Awaited<ReturnType<typeof wireTo>>

/** A line on loopback to another port of it, that can be cut: whoever calls is then refused. */
export async function wireTo(target: string) {
  const { port: far } = new URL(target)
  const ends = new Set<Socket>()
  let swallowing = 0
  const server = createServer((near) => {
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
    near.pipe(other)
    other.on('data', (answer) => {
      if (swallowing > 0) {
        swallowing--
        near.destroy()
        other.destroy()
      } else near.write(answer)
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
    /** The next answers are lost after what they answer has been done. */
    loseAnswers(count: number): void {
      swallowing = count
    },
    lost: () => swallowing === 0,
    async close(): Promise<void> {
      if (server.listening) await this.cut()
    },
  }
}
