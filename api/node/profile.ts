import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readProfile } from '../../db/profile.ts'
import type { Profile } from '../../db/profile-schema.ts'
import { uriOf } from '../domain/brand-logo.ts'
import { DomainError } from '../domain/error.ts'

const demoFile = fileURLToPath(new URL('../../db/profiles/demo.yaml', import.meta.url))

/** The profile that CONFIG names, or the demo; its name is the file's, without the extension. */
export async function loadProfile(
  config: string | undefined,
): Promise<{ name: string; profile: Profile }> {
  const file = config ?? demoFile
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new DomainError('invalid', `CONFIG: ${file} cannot be read (${error.code})`)
  })
  const inline = (path: string) => inlined(resolve(dirname(file), path))
  const profile = readProfile(config ?? 'demo.yaml', text, inline)
  return { name: basename(file, extname(file)), profile }
}

function inlined(file: string): string {
  try {
    return uriOf(readFileSync(file))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new DomainError('invalid', `${file} cannot be read (${code})`)
  }
}
