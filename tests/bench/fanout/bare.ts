import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { WARM, type Office } from './office.ts'

/** Requests that the service makes at once. */
const LANES = 4

/** Mails per second, and CPU time per 100 of them, of a process that does nothing but send the same bytes. */
export async function bareCost(
  office: Office,
  body: string,
  mails: number,
): Promise<{ speed: number; cpu: number }> {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-bench-'))
  const file = join(dir, 'body')
  await writeFile(file, body)
  office.forget()
  const script = join(import.meta.dirname, 'bare-sender.ts')
  const sent = Math.max(mails, WARM)
  const args = [script, office.url, file, String(sent), String(LANES)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  await rm(dir, { recursive: true, force: true })
  const { ms, cpu } = JSON.parse(stdout) as { ms: number; cpu: number }
  return { speed: (sent / ms) * 1000, cpu: (cpu / sent) * 100 }
}
