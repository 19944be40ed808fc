import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

type Rule = {
  folder: string
  /** What a file there may import: paths from the root, package names, or `*` for any package. */
  may: RegExp
  /** What it may import for types only. */
  mayAsType?: RegExp
}

const anyPackage = '(?!node:)[a-z@][^:]*$'
const rules: Rule[] = [
  { folder: 'api/domain', may: /^api\/domain\// },
  { folder: 'api/providers', may: new RegExp(`^api/(domain|providers)/|^${anyPackage}`) },
  { folder: 'api/probers', may: new RegExp(`^api/(domain|probers)/|^${anyPackage}`) },
  { folder: 'api/stores', may: new RegExp(`^api/(domain|stores)/|^${anyPackage}`) },
  {
    folder: 'api/actions',
    may: /^(api\/(domain|actions)\/|db\/schema\.ts$|drizzle-orm|libphonenumber-js|ical\.js$|csv-(parse|stringify)\/sync$)/,
    mayAsType:
      /^(api\/(deps|secrets|config)\.ts|api\/(providers|probers|stores)\/(provider|prober|store)\.ts|db\/(client|profile.*)\.ts)$/,
  },
  {
    folder: 'api/routes',
    may: /^(api\/(domain|actions|routes)\/|hono(\/|$)|@hono\/|zod$|micromark$|standardwebhooks$)/,
    mayAsType: /^api\/(deps|app)\.ts$/,
  },
  {
    folder: 'site',
    may: new RegExp(`^(site/|api/domain/|astro|micromark|fast-xml-builder|hono/client)`),
    mayAsType: /^api\/routes\//,
  },
  { folder: 'db', may: new RegExp(`^(db/|api/domain/|${anyPackage})`) },
  { folder: 'api/sandbox', may: new RegExp(`^(api/sandbox/|${anyPackage})`) },
]

/** Files that may use what only Node has. */
const nodeOnly =
  /^(api\/node\.ts|api\/node\/|api\/demo\.ts|api\/stores\/directory|api\/probers\/(guarded-(fetch|exchange)|guard|connector|peer|dialling|securing|name-servers|names|hosts-file|resolving|tls|addresses|reach)\.ts|api\/worker\/resolving|api\/providers\/smtp|db\/migrate\.ts|db\/profile\.ts|tests\/)/
const machines = /^api\/(node|worker)\.ts$/

type Import = { file: string; target: string; type: boolean }

async function sources(): Promise<string[]> {
  const files = await Promise.all(
    ['api', 'db', 'site'].map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((file) => join(folder, file)),
    ),
  )
  return files.flat().filter((file) => /\.(ts|astro)$/.test(file) && !file.endsWith('.d.ts'))
}

async function importsOf(file: string): Promise<Import[]> {
  const text = await readFile(join(root, file), 'utf8')
  const statements = text.matchAll(
    /(?:^|\n)\s*(import|export)\s+(type\s+)?([^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g,
  )
  return [...statements].map(([whole, , type, names, from, dynamic]) => {
    const specifier = from ?? dynamic!
    const target = specifier.startsWith('.')
      ? relative(root, join(root, dirname(file), specifier))
      : specifier
    const onlyTypes = /^[\s\n]*import\s*\{([^}]*)\}/.exec(whole)?.[1]
    const typeOnly =
      Boolean(type) ||
      (onlyTypes !== undefined &&
        onlyTypes
          .split(',')
          .filter((name) => name.trim())
          .every((name) => name.trim().startsWith('type ')))
    return { file, target, type: typeOnly && Boolean(names) }
  })
}

const files = await sources()
const imports = (await Promise.all(files.map(importsOf))).flat()

describe('the house', () => {
  test.each(rules.map((rule) => [rule.folder, rule] as const))(
    '%s imports only what it may',
    (folder, { may, mayAsType }) => {
      const mine = imports.filter(
        ({ file }) => file.startsWith(`${folder}/`) && !nodeOnly.test(file),
      )
      const wrong = mine.filter(
        ({ target, type }) => !may.test(target) && !(type && mayAsType?.test(target)),
      )
      expect(mine.length).toBeGreaterThan(0)
      expect(wrong).toEqual([])
    },
  )

  test('what only Node has is used in the Node-only files alone', () => {
    const wrong = imports.filter(
      ({ file, target }) => target.startsWith('node:') && !nodeOnly.test(file),
    )
    expect(wrong).toEqual([])
  })

  test('nobody imports the machines', () => {
    expect(imports.filter(({ target }) => machines.test(target))).toEqual([])
  })

  test('the clock, the environment and the network come in as arguments', async () => {
    const inside = files.filter((file) =>
      /^(api\/(domain|actions|routes|providers|probers|stores)|site)\//.test(file),
    )
    const wrong: string[] = []
    for (const file of inside) {
      if (
        nodeOnly.test(file) ||
        /^site\/live(-console)?\.ts$/.test(file) ||
        file.endsWith('.astro')
      )
        continue
      const text = (await readFile(join(root, file), 'utf8')).replace(
        /\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm,
        '',
      )
      const handedIn = /[{,(]\s*fetch\s*[},:]/.test(text)
      const bareFetch = !handedIn && /(?<![.\w])fetch\(/.test(text)
      if (bareFetch || /Date\.now\(|new Date\(\)|process\.env|Math\.random\(/.test(text))
        wrong.push(file)
    }
    expect(wrong).toEqual([])
  })
})
