import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { safeguards, type Safeguard } from './safeguards-list.ts'
import { safeguardsOfProbing } from './safeguards-of-probing.ts'
import { columns } from './table.ts'

// Takes each safeguard away in a copy of this checkout, and looks whether a test notices. What is given as an argument
// chooses safeguards by their name.

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const all = [...safeguards, ...safeguardsOfProbing]
const chosen = all.filter(({ without }) => without.includes(process.argv[2] ?? ''))
const print = (line: string) => process.stdout.write(`${line}\n`)

const copy = await copyOfCheckout()
try {
  for (const safeguard of chosen) await wholeOf(safeguard)
  print(`${chosen.length} safeguards; first their tests with all of them`)
  const whole = await failuresOf(chosen)
  const why = whole.map((one) => `${one.fullName}: ${reasonOf(one)}`)
  if (whole.length > 0) throw new Error(`these fail with all safeguards:\n${why.join('\n')}`)
  const rows: string[][] = []
  for (const safeguard of chosen) {
    const began = performance.now()
    const noticed = await withoutIt(safeguard, () => failuresOf([safeguard]))
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    rows.push([safeguard.without, noticed[0]?.fullName ?? 'NOBODY NOTICES', seconds])
    print(rows.at(-1)!.join(' | '))
    print(`  ${noticed[0] ? reasonOf(noticed[0]) : ''}`)
  }
  print(columns([['without', 'fails', 'seconds'], ...rows], 2))
  process.exitCode = rows.some(([, noticed]) => noticed === 'NOBODY NOTICES') ? 1 : 0
} finally {
  await rm(copy, { recursive: true, force: true })
}

async function copyOfCheckout(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'allclear-safeguards-'))
  const { stdout } = await run('git', ['ls-files', '-z'], { cwd: root, maxBuffer: 2 ** 26 })
  for (const file of stdout.split('\0').filter(Boolean)) await cp(join(root, file), join(dir, file))
  await cp(join(root, 'dist'), join(dir, 'dist'), { recursive: true })
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'))
  return dir
}

async function withoutIt<T>(safeguard: Safeguard, look: () => Promise<T>): Promise<T> {
  const file = join(copy, safeguard.file)
  const whole = await wholeOf(safeguard)
  try {
    await writeFile(
      file,
      whole.replace(safeguard.text, () => safeguard.instead),
    )
    return await look()
  } finally {
    await writeFile(file, whole)
  }
}

/** The file that has the safeguard, once and as it is known. */
async function wholeOf({ without, file, text }: Safeguard): Promise<string> {
  const whole = await readFile(join(copy, file), 'utf8')
  if (whole.split(text).length !== 2)
    throw new Error(`without ${without}: ${file} has not exactly one\n${text}`)
  return whole
}

type Result = { fullName: string; status: string; failureMessages: string[] }

/** Those tests that fail by what they expect: what cannot run at all, or is not over in time, proves nothing. */
async function failuresOf(asked: Safeguard[]): Promise<Result[]> {
  const files = [...new Set(asked.map(({ tests }) => tests))]
  const names = asked.map(({ noticedBy }) => noticedBy)
  const report = join(copy, 'report.json')
  const options = ['--config', 'tests/vitest.config.ts', '--reporter=json', '--outputFile', report]
  const vitest = [join(copy, 'node_modules/vitest/vitest.mjs'), 'run', ...options]
  const pattern = names.map(literally).join('|')
  await rm(report, { force: true })
  await run(process.execPath, [...vitest, '-t', pattern, ...files], {
    cwd: copy,
    maxBuffer: 2 ** 26,
  }).catch(() => null)
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as {
    testResults: { name: string; message: string; assertionResults: Result[] }[]
  }
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  const ran = results.filter(({ status }) => status === 'passed' || status === 'failed')
  for (const name of names)
    if (!ran.some(({ fullName }) => fullName.includes(name)))
      throw new Error(`no test ran that is called ${name}\n${testResults[0]?.message ?? ''}`)
  return ran.filter(
    ({ status, failureMessages: [why = ''] }) => status === 'failed' && !/timed out/i.test(why),
  )
}

function reasonOf({ failureMessages: [why = ''] }: Result): string {
  return why.split('\n')[0]!
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
