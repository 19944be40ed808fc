import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/service.ts'
import { startSqld } from '../support/sqld.ts'
import { wireTo } from './wire.ts'

/** A libSQL server that can be killed, and a line to it that can be cut. */
export async function databaseServer() {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-sqld-'))
  const port = await freePort()
  let server = await startSqld(dir, port)
  const wire = await wireTo(server.url)
  return {
    url: server.url,
    wire,
    kill: () => server.stop(),
    async startAgain(): Promise<void> {
      server = await startSqld(dir, port)
    },
    async [Symbol.asyncDispose]() {
      await wire[Symbol.asyncDispose]()
      await server.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
