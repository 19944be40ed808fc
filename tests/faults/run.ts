import { join } from 'node:path'
import { startVitest, type TestCase } from 'vitest/node'
import { random } from './chance.ts'
import { tableOf, type Run } from './table.ts'

// The fault suite at full size: FAULT_SEEDS=10 runs it with ten seeds, FAULT_SEED=n begins with that one. What is given
// as an argument chooses scenarios by their name.

const count = Number(process.env['FAULT_SEEDS'] ?? 1)
const first = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const next = random(first)
const seeds = [first, ...Array.from({ length: count - 1 }, () => Math.floor(next() * 2 ** 31))]
const print = (line: string) => process.stdout.write(`${line}\n`)

/** The table of faults that each have a scenario. */
const faults = Array.from({ length: 22 }, (_, n) => n + 1)

const runs: Run[] = []
for (const [nth, seed] of seeds.entries()) {
  print(`seed ${seed} (${nth + 1} of ${seeds.length})`)
  const { all, passed } = await runWith(seed)
  runs.push(...all)
  if (passed) continue
  print(tableOf(runs))
  print(`failed; again with FAULT_SEED=${seed} npm run faults`)
  process.exit(1)
}
print(tableOf(runs))
print(`passed with ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`)

async function runWith(seed: number): Promise<{ all: Run[]; passed: boolean }> {
  const vitest = await startVitest(['tests/faults'], {
    root: join(import.meta.dirname, '../..'),
    config: 'tests/vitest.config.ts',
    watch: false,
    reporters: ['default'],
    testNamePattern: process.argv[2],
    // Much of a scenario is waiting, which two cores can do for three.
    maxWorkers: 3,
    env: { FAULTS: 'full', FAULT_SEED: String(seed) },
  })
  const modules = vitest.state.getTestModules()
  const all = modules.flatMap((module) => [...module.children.allTests()]).flatMap(runOf)
  const passed = modules.every((module) => module.ok()) && isComplete(all)
  await vitest.close()
  return { all, passed }
}

/** Each fault of the table was tried; of chosen ones, some. */
function isComplete(all: Run[]): boolean {
  if (process.argv[2]) return all.length > 0
  const tried = new Set(all.map(({ number }) => number))
  const left = faults.filter((number) => !tried.has(number))
  if (left.length > 0) print(`nobody tried ${left.join(', ')}`)
  return left.length === 0
}

function runOf(test: TestCase): Run[] {
  const { scenario, finding } = test.meta()
  if (!scenario) return []
  const seconds = (test.diagnostic()?.duration ?? 0) / 1000
  return [{ ...scenario, passed: test.result().state === 'passed', seconds, finding }]
}
