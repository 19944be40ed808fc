import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { DomainError } from '../domain/error.ts'
import { randomToken } from '../secrets.ts'

export type CompleteConfig = Config & { SECRET_KEY: string; ADMIN_API_KEY: string }

/** The configuration with the secrets that the environment did not give: made once, kept in DATA_DIR. */
export async function completeConfig(
  config: Config,
): Promise<{ config: CompleteConfig; newAdminKey: boolean }> {
  const dir = await prepareDir(config)
  const secretKey = config.SECRET_KEY ?? (await keep(join(dir, 'secret-key'), randomToken)).value
  const adminKey = config.ADMIN_API_KEY
    ? { value: config.ADMIN_API_KEY, made: false }
    : await keep(join(dir, 'admin-api-key'), () => `admin.${randomToken()}`)
  return {
    config: { ...config, SECRET_KEY: secretKey, ADMIN_API_KEY: adminKey.value },
    newAdminKey: adminKey.made,
  }
}

/** Addresses of subscribers and secrets lie there: nobody else may look in. */
export async function prepareDir({ DATA_DIR: dir }: Pick<Config, 'DATA_DIR'>): Promise<string> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const trial = join(dir, `.${process.pid}.tmp`)
    await writeFile(trial, '')
    await rm(trial)
    return dir
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new DomainError('invalid', `DATA_DIR: ${dir} cannot be written (${code})`)
  }
}

const SHORTEST = 32

/** Reads a secret, or makes it, for its owner's eyes only; of two who make it at once the first one's counts for both. */
async function keep(file: string, make: () => string): Promise<{ value: string; made: boolean }> {
  const existing = await read(file)
  if (existing !== null) {
    // An empty one, as after a power cut, would make every link forgeable.
    if (existing.length < SHORTEST)
      throw new DomainError(
        'invalid',
        `${file}: has fewer than ${SHORTEST} characters; restore it, or remove it to make a new one`,
      )
    return { value: existing, made: false }
  }
  const temporary = `${file}.${process.pid}.tmp`
  await writeFile(temporary, `${make()}\n`, { mode: 0o600, flush: true })
  const made = await link(temporary, file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )
  await rm(temporary)
  return { value: (await read(file))!, made }
}

async function read(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
