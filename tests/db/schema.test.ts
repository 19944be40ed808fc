import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('the migrations make exactly the schema', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'allclear-drift-'))
  try {
    await cp(join(root, 'db/migrations'), copy, { recursive: true })
    const before = await readdir(copy)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        join(root, 'node_modules/drizzle-kit/bin.cjs'),
        'generate',
        '--dialect=sqlite',
        '--casing=snake_case',
        '--schema=db/schema.ts',
        // It reads below the working directory only.
        `--out=${relative(root, copy)}`,
        '--name=drift',
      ],
      { cwd: root },
    )
    expect(stdout).toContain('nothing to migrate')
    expect(await readdir(copy)).toEqual(before)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
})
