import type { Finding } from './scenario.ts'

/** One scenario in one run. */
export type Run = {
  number: number | null
  name: string
  passed: boolean
  seconds: number
  finding?: Finding
}

/** A row per scenario in the order of the table of faults; of several runs the sums and the worst. */
export function tableOf(runs: Run[]): string {
  const byName = Map.groupBy(runs, ({ name }) => name)
  const rows = [...byName]
    .map(([name, all]) => ({ number: all[0]!.number, name, all }))
    .toSorted((a, b) => (a.number ?? 99) - (b.number ?? 99))
    .map(({ number, name, all }) => {
      const findings = all.flatMap(({ finding }) => finding ?? [])
      const sum = (of: (finding: Finding) => number) =>
        String(findings.reduce((total, finding) => total + of(finding), 0))
      const most = (of: (finding: Finding) => number) =>
        findings.length > 0 ? String(Math.max(...findings.map(of))) : '-'
      return [
        String(number ?? '+'),
        name,
        sum(({ recipients }) => recipients),
        sum(({ kills }) => kills),
        most(({ missed }) => missed),
        most(({ duplicates }) => duplicates),
        most(({ bound }) => bound),
        Math.max(...all.map(({ seconds }) => seconds)).toFixed(1),
        `${all.filter(({ passed }) => passed).length}/${all.length}`,
      ]
    })
  const heads = ['#', 'fault', 'people', 'kills', 'missed', 'twice', 'bound', 'seconds', 'passed']
  return columns([heads, ...rows], 2)
}

/** Lines of cells below each other; the first `left` columns are words, the others are numbers. */
export function columns(lines: string[][], left: number): string {
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)))
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i < left ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  '),
    )
    .join('\n')
}
