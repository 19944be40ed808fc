/** The last thing that somebody told a heartbeat or metric probe. */
export type Report = {
  /** Null while nothing has come. */
  receivedAt: number | null
  /** When it was so, where its sender says. */
  measuredAt: number | null
  /** False when a job said that it failed. */
  isGood: boolean
  message: string
  /** Of a metric; null for a heartbeat. */
  value: number | null
  /** Since when we have been there to hear it, without a hole. */
  listeningSince: number
}

/** `<probe>.<version>.<signature>`: derived from what is stored, so that nothing that leaks can report. */
export type ReportToken = { probeId: string; version: number; signature: string }

export function reportText({ probeId, version }: Omit<ReportToken, 'signature'>): string {
  return `${probeId}.${version.toString(36)}`
}

export function formatReportToken(token: ReportToken): string {
  return `${reportText(token)}.${token.signature}`
}

export function parseReportToken(text: string): ReportToken | null {
  const [, probeId, version, signature] =
    /^([a-z\d]{12})\.([a-z\d]{1,6})\.([\w-]{22})$/.exec(text) ?? []
  if (!probeId || !version || !signature) return null
  return { probeId, version: Number.parseInt(version, 36), signature }
}
