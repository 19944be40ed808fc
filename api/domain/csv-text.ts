/** A piece of a file that can be parsed alone: some hundred records, and the line on which the first begins. */
export type Part = { text: string; line: number; records: number }

/** A file's bytes as text: UTF-8 or UTF-16, and Windows' own letters where it is neither, as older spreadsheets write. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** Cuts a file between records, never inside quotes; records of nothing but empty cells do not count. */
export function partsOf(text: string, most = 250): Part[] {
  const parts: Part[] = []
  let part = { start: 0, line: 1, records: 0 }
  let [record, line, isQuoted] = [0, 1, false]
  let quote = text.indexOf('"')
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from)
    const next = end === -1 ? text.length : end + 1
    for (; quote !== -1 && quote < next; quote = text.indexOf('"', quote + 1)) isQuoted = !isQuoted
    line++
    from = next
    if (isQuoted && next < text.length) continue
    if (/[^\s,;"]/.test(text.slice(record, next))) part.records++
    record = next
    if (part.records < most && next < text.length) continue
    parts.push({ text: text.slice(part.start, next), line: part.line, records: part.records })
    part = { start: next, line, records: 0 }
  }
  return parts
}

/** What separates the cells: Excel writes semicolons where a comma is the decimal sign. */
export function delimiterOf(header: string): string {
  const counts = [',', ';', '\t'].map((sign) => ({ sign, count: header.split(sign).length }))
  return counts.toSorted((a, b) => b.count - a.count)[0]!.sign
}

/** What a spreadsheet would run; a number with its sign is none of it. */
const formula = /^'*([=＝@＠\t\r]|[+\-＋－](?!\d+$))/

/** A cell that spreadsheets show instead of running it. `intact` gives back what it was. */
export function defused(cell: string): string {
  return formula.test(cell) ? `'${cell}` : cell
}

export function intact(cell: string): string {
  return cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell
}
