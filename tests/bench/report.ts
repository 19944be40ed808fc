/** One figure beside what it is measured against. */
export type Row = {
  what: string
  ours: string
  yardstick?: string
  /** The ratio or the budget. */
  against?: string
  /** Null where nothing was promised. */
  met?: boolean
}

export type Report = {
  add(row: Row): void
  /** Says what is being done, where it does not get into the table. */
  progress(sentence: string): void
}

function progress(sentence: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${sentence}\n`)
}

export function createReport(): Report & { print(): void } {
  const rows: Row[] = []
  return {
    progress,
    add(row) {
      rows.push(row)
      progress(cellsOf(row).filter(Boolean).join(' | '))
    },
    print() {
      const table = [['what', 'ours', 'yardstick', 'ratio or budget', 'met'], ...rows.map(cellsOf)]
      const widths = table[0]!.map((_, column) =>
        Math.max(...table.map((cells) => cells[column]!.length)),
      )
      for (const cells of table)
        console.log(cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | '))
    },
  }
}

function cellsOf({ what, ours, yardstick = '', against = '', met }: Row): string[] {
  return [what, ours, yardstick, against, met === undefined ? '' : met ? 'yes' : 'NO']
}
