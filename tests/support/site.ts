import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const compiled = new URL('../../dist/server/entry.mjs', import.meta.url)

if (!existsSync(compiled)) {
  throw new Error(
    `${fileURLToPath(compiled)} is missing: run \`npm run build\` once before these tests`,
  )
}

type Render = typeof import('../../site/renderer.ts').render

/** The site as it is published, compiled by `npm run build`. */
export const { render } = (await import(compiled.href)) as { render: Render }
