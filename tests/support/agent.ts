import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { listen } from './listen.ts'

const root = join(import.meta.dirname, '../..')

/** The agent as people start it: `node api/node.ts agent` in a process of its own. */
export function startAgent(env: Record<string, string>) {
  const child = spawn(process.execPath, ['api/node.ts', 'agent'], {
    cwd: root,
    env: { PATH: process.env['PATH'], PROBE_ALLOW_PRIVATE: '127.0.0.0/8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stdout.on('data', (data: Buffer) => (printed += data))
  child.stderr.on('data', (data: Buffer) => (printed += data))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    output: () => printed,
    ended,
    stop() {
      child.kill('SIGTERM')
      return ended
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** A machine that only its own network reaches, well until it is told otherwise. */
export async function startTarget() {
  const target = { status: 200, asked: 0 }
  const { url, close } = await listen(() => {
    target.asked++
    return new Response('', { status: target.status })
  })
  return Object.assign(target, { url, [Symbol.asyncDispose]: close })
}
