import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { launchChromium } from '../support/chromium.ts'
import { render } from '../support/site.ts'
import { fixtureApi } from '../site/read.ts'
import { scenes, type Scene } from './scenes.ts'

// Pictures of every state of the public page, to be looked at. Usage: npm run pictures -- [PART OF A NAME ...]

const folder = join(import.meta.dirname, '../.output/pictures')
const tallest = 6000

const wanted = process.argv.slice(2)
const chosen = scenes.filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
)

if (wanted.length === 0) await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
const site = await serve()
const browser = await launchChromium()
try {
  const pictures: string[] = []
  for (const scene of chosen)
    for (const scheme of scene.schemes ?? ['light', 'dark'])
      for (const width of scene.widths ?? [360, 768, 1440])
        pictures.push(await take(scene, scheme, width))
  await writeFile(join(folder, 'index.html'), indexOf(pictures))
  console.log(`${pictures.length} pictures: ${join(folder, 'index.html')}`)
} finally {
  await browser.close()
  site.close()
}

/** The site over the facts of one scene after the other. */
async function serve() {
  let facts: Scene['facts'] = {}
  const server = createServer(async (request, answer) => {
    const api = fixtureApi(facts)
    const page = await render(request.url!, { fetch: async (url: URL) => api.request(url.href) })
    answer.writeHead(page.status, Object.fromEntries(page.headers))
    answer.end(await page.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    urlOf(scene: Scene) {
      facts = scene.facts
      return `http://127.0.0.1:${port}${scene.path}`
    },
    close: () => server.close(),
  }
}

async function take(scene: Scene, colorScheme: 'light' | 'dark', width: number): Promise<string> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
  try {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce', ...scene.media })
    await page.goto(site.urlOf(scene))
    await scene.before?.(page)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    const file = `${scene.name}-${width}-${colorScheme}.png`
    if (overflow > 0) console.log(`${file}: ${overflow} px wider than the window`)
    const height = Math.min(tallest, await page.evaluate(() => document.body.scrollHeight))
    await page.screenshot({
      path: join(folder, file),
      fullPage: true,
      clip: { x: 0, y: 0, width, height },
    })
    return file
  } finally {
    await page.close()
  }
}

function indexOf(pictures: string[]): string {
  const figures = pictures.map(
    (file) =>
      `<figure><figcaption>${file}</figcaption><a href="${file}"><img loading="lazy" src="${file}"></a></figure>`,
  )
  return `<!doctype html><meta charset="utf-8"><title>Pictures</title>
<style>body{display:flex;flex-wrap:wrap;gap:1rem;font:14px sans-serif;background:#888}
figure{margin:0}img{max-width:480px;max-height:900px}</style>${figures.join('')}`
}
