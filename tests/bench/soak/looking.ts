import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '../../support/service.ts'
import type { Vitals } from './vitals.ts'

export type Look = Omit<Vitals, 'at'> & { sockets: number; megabytes: number }

const VITALS_EVERY = 10_000

/** What a service is to be started with so that it can be looked at. */
export function lookedAt(file: string): Record<string, string> {
  const preload = new URL('vitals.ts', import.meta.url).href
  return {
    VITALS: file,
    VITALS_EVERY: String(VITALS_EVERY),
    NODE_OPTIONS: `--import ${preload} ${process.env['BENCH_NODE_OPTIONS'] ?? ''}`,
  }
}

/** Looks at a service every 10 s until a moment. */
export async function lookUntil(end: number, service: Service, file: string): Promise<Look[]> {
  const looks: Look[] = []
  while (Date.now() < end) {
    await sleep(Math.min(VITALS_EVERY, end - Date.now()))
    const { at: _at, ...vitals } = newest(file)
    looks.push({
      ...vitals,
      sockets: socketsOf(service.pid()),
      megabytes: megabytesOf(service.dir),
    })
  }
  return looks
}

function newest(file: string): Vitals {
  return JSON.parse(readFileSync(file, 'utf8').trim().split('\n').at(-1)!) as Vitals
}

function socketsOf(pid: number): number {
  const dir = `/proc/${pid}/fd`
  return readdirSync(dir).filter((fd) => leadsTo(join(dir, fd)).startsWith('socket:')).length
}

/** It may be closed by now. */
function leadsTo(fd: string): string {
  try {
    return readlinkSync(fd)
  } catch {
    return ''
  }
}

/** The database with what is not yet written into it. */
function megabytesOf(dir: string): number {
  const files = readdirSync(dir).filter((name) => name.startsWith('allclear.db'))
  return files.reduce((sum, name) => sum + statSync(join(dir, name)).size, 0) / 1e6
}
