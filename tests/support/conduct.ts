import { createServer, type Socket } from 'node:net'
import type { Target } from './prober-contract.ts'

/** A server of bytes on a port of loopback; counts what it gets rid of. */
export async function serveBytes(
  greet: (socket: Socket) => void,
): Promise<Target & { open(): number }> {
  const sockets = new Set<Socket>()
  let gone = 0
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    socket.once('close', () => {
      sockets.delete(socket)
      gone += socket.bytesWritten
    })
    greet(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    open: () => sockets.size,
    sent: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, gone),
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** One letter after the other, for ever. */
export function drip(socket: Socket, letter: string | Uint8Array = '.'): void {
  const dripping = setInterval(() => socket.write(letter), 20)
  dripping.unref()
  socket.once('close', () => clearInterval(dripping))
}

/** As much as the other side takes, for ever. */
export function pour(socket: Socket): void {
  const chunk = Buffer.alloc(64 * 1024, 'a')
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on('drain', more)
  more()
}
