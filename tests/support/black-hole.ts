import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const listening = `require('node:net').createServer().listen(
  { host: process.argv[1], port: Number(process.argv[2]), backlog: 1 },
  function () { process.stdout.write(String(this.address().port)) })`

/** An address that takes no connection and refuses none: who knocks waits, as where packets are lost. */
export async function blackHole(host = '127.0.0.1', port = 0) {
  const child = spawn(process.execPath, ['-e', listening, host, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [printed] = (await once(child.stdout, 'data')) as [Buffer]
  const taken = Number(printed)
  child.kill('SIGSTOP')
  const waiting: Socket[] = []
  // Whoever is in the queue is connected as far as they know: it is full when one of them is not.
  for (let isFull = false; !isFull;) {
    const socket = connect(taken, host)
    socket.on('error', () => {})
    waiting.push(socket)
    isFull = await Promise.race([once(socket, 'connect').then(() => false), pause(150, true)])
  }
  return {
    port: taken,
    async close(): Promise<void> {
      for (const socket of waiting) socket.destroy()
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}
