import type { Context } from 'hono'

export type Fields = Record<string, string | string[]>

/** A form's fields as text; names that end in `[]` or come several times are lists, files are ignored. */
export async function fieldsOf(c: Context): Promise<Fields> {
  const body = await c.req.parseBody({ all: true })
  const fields: Fields = {}
  for (const [name, value] of Object.entries(body)) {
    const texts = [value].flat().filter((item): item is string => typeof item === 'string')
    fields[name] = name.endsWith('[]') || texts.length > 1 ? texts : (texts[0] ?? '')
  }
  return fields
}

/** An empty field was left out. */
export function optional(value: string | string[] | undefined): string | string[] | undefined {
  return value === '' ? undefined : value
}

/** Milliseconds that nobody needs less of to find a field and fill it in. */
const FASTEST_PERSON = 1_500

/**
 * Whether a program filled in a form that people see: it filled the field that nobody sees, or was too fast. How long it
 * took is known only where the browser runs scripts.
 */
export function isFilledByProgram(form: Fields): boolean {
  if (optional(form['website']) !== undefined) return true
  const took = form['filled_ms']
  return typeof took === 'string' && /^\d+(\.\d+)?$/.test(took) && Number(took) < FASTEST_PERSON
}
