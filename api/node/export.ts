import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { DomainError } from '../domain/error.ts'
import type { Store } from '../stores/store.ts'

/** Writes the published set as files for any static host; returns how many. */
export async function exportDocuments(store: Store, dir: string): Promise<number> {
  const paths = await store.paths()
  if (paths.length === 0)
    throw new DomainError(
      'invalid',
      'DATA_DIR: nothing has been published there yet; start the service once',
    )
  for (const path of paths) {
    const response = await store.serve(new Request(new URL(path, 'http://localhost')))
    if (!response) continue
    const file = join(dir, fileOf(path))
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, await response.bytes())
  }
  return paths.length
}

/** `/` is index.html, `/incidents/x` is incidents/x/index.html; what has an extension keeps its name. */
function fileOf(path: string): string {
  if (path.endsWith('/404')) return `${path}.html`
  return extname(path) === '' ? join(path, 'index.html') : path
}
