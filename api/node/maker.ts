import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Names everything that documents are made by: the code of this checkout, and the settings given. */
export async function fingerprint(settings: unknown[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(settings))
  for (const folder of ['api', 'db', 'dist/server']) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
    const contents = await Promise.all(files.toSorted().map((file) => readFile(file)))
    for (const content of contents) hash.update(content).update('\0')
  }
  return hash.digest('hex').slice(0, 20)
}
