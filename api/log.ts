type Fields = Record<string, unknown>

/** Structured logs: one JSON object per line. */
export type Log = {
  info(event: string, fields?: Fields): void
  warn(event: string, fields?: Fields): void
  error(event: string, fields?: Fields): void
  with(fields: Fields): Log
}

/** Writes lines through `write`; `now` dates them. Addresses and secrets never belong in fields. */
export function createLog(
  write: (line: string) => void,
  now: () => number,
  bound: Fields = {},
): Log {
  const line = (level: string) => (event: string, fields?: Fields) =>
    write(
      JSON.stringify(
        { at: new Date(now()).toISOString(), level, event, ...bound, ...fields },
        describe,
      ),
    )
  return {
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    with: (fields) => createLog(write, now, { ...bound, ...fields }),
  }
}

function describe(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value
  return { name: value.name, message: value.message, stack: value.stack, cause: value.cause }
}
