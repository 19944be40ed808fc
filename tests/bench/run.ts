import { fanout } from './fanout.ts'
import { page } from './page.ts'
import { probes } from './probes.ts'
import { publishing } from './publishing.ts'
import { readers } from './readers.ts'
import { createReport, type Report } from './report.ts'
import { start } from './start.ts'

// Figures side by side in one run. Usage: npm run bench -- [SUBJECT ...] [SIZE ...]

type Subject = (report: Report, sizes: number[]) => Promise<void>

const subjects: Record<string, Subject> = {
  page,
  readers,
  start,
  publish: publishing,
  fanout,
  probes,
}

const given = process.argv.slice(2)
const sizes = given.filter((word) => /^\d+$/.test(word)).map(Number)
const names = given.filter((word) => !/^\d+$/.test(word))
const unknown = names.filter((name) => !(name in subjects))
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: none of ${Object.keys(subjects).join(', ')}`)
  process.exit(1)
}

const report = createReport()
try {
  for (const name of names.length > 0 ? names : Object.keys(subjects))
    await subjects[name]!(report, sizes)
} finally {
  report.print()
}
