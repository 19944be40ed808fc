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
