/** The parts of an OpenAPI 3.1 document that its reader shows. */
export type OpenApi = {
  info: { description: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

export type Operation = {
  tags?: string[]
  summary?: string
  description?: string
  security?: object[]
  parameters?: {
    name: string
    in: string
    required?: boolean
    description?: string
    schema: Schema
  }[]
  requestBody?: { content: Content }
  responses: Record<string, { description: string; content?: Content }>
}

type Content = Record<string, { schema: Schema }>

export type Schema = {
  $ref?: string
  type?: string | string[]
  format?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  example?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  additionalProperties?: boolean | Schema
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  maxItems?: number
  pattern?: string
}

/** One line of a table of fields; `name` is the path, such as `components[].status`. */
export type Field = {
  name: string
  type: string
  required: boolean
  about: string
  allowed: string
}

export type Entry = Operation & { method: string; path: string; anchor: string }

/** Operations by what they are about, in the order of the document. */
export function chapters(api: OpenApi): { title: string; anchor: string; entries: Entry[] }[] {
  const entries = Object.entries(api.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
      anchor: anchorOf(`${method} ${path}`),
    })),
  )
  const byTag = Map.groupBy(entries, ({ tags }) => tags?.[0] ?? 'Other')
  return Array.from(byTag, ([title, members]) => ({
    title,
    anchor: anchorOf(title),
    entries: members,
  }))
}

function anchorOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

/** Objects inside objects are written out so deep; what lies deeper is named by its type alone. */
const DEPTH = 4

/** The fields of a body, those of its parts indented by their path. */
export function fieldsOf(api: OpenApi, schema: Schema, path = '', depth = 0): Field[] {
  const whole = resolved(api, schema)
  const object = objectIn(api, whole)
  if (!object || depth >= DEPTH) return []
  const { properties = {}, required = [] } = object
  return Object.entries(properties).flatMap(([name, property]) => {
    const place = path ? `${path}.${name}` : name
    const own = resolved(api, property)
    const list = elementOf(own)
    return [
      {
        name: place,
        type: typeOf(api, property),
        required: required.includes(name),
        about: property.description ?? own.description ?? '',
        allowed: allowedIn(api, list ?? own),
      },
      ...fieldsOf(api, list ?? own, list ? `${place}[]` : place, depth + 1),
    ]
  })
}

function resolved(api: OpenApi, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1)
  return name === undefined ? schema : resolved(api, api.components.schemas[name] ?? {})
}

/** The object that a schema is, or is beside null; the fields of several are put together. */
function objectIn(api: OpenApi, schema: Schema): Schema | null {
  if (schema.properties) return schema
  const parts = (schema.allOf ?? schema.anyOf ?? schema.oneOf ?? [])
    .map((part) => objectIn(api, resolved(api, part)))
    .filter((part) => part !== null)
  if (parts.length === 0) return null
  const everywhere = (name: string) => parts.every(({ required }) => required?.includes(name))
  const properties = Object.assign({}, ...parts.map((part) => part.properties)) as Schema
  const names = Object.keys(properties)
  return {
    properties: properties as Record<string, Schema>,
    required: schema.allOf
      ? parts.flatMap(({ required }) => required ?? [])
      : names.filter(everywhere),
  }
}

function elementOf(schema: Schema): Schema | null {
  return schema.items ?? schema.anyOf?.find(({ items }) => items)?.items ?? null
}

/** A type in words, such as `string or null` and `list of Component`. */
export function typeOf(api: OpenApi, schema: Schema): string {
  if (schema.$ref) {
    const target = resolved(api, schema)
    return objectIn(api, target) ? schema.$ref.split('/').at(-1)! : typeOf(api, target)
  }
  const variants = schema.anyOf ?? schema.oneOf
  if (variants) return [...new Set(variants.map((one) => typeOf(api, one)))].join(' or ')
  if (schema.items) return `list of ${typeOf(api, schema.items)}`
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const names = [schema.type ?? 'anything'].flat()
  return names
    .map((name) => (name === 'string' ? (formats[schema.format ?? ''] ?? name) : name))
    .join(' or ')
}

const formats: Record<string, string> = {
  'date-time': 'instant',
  email: 'email address',
  uri: 'URL',
  date: 'date',
}

/** What is allowed in a field beyond its type. */
function allowedIn(api: OpenApi, schema: Schema): string {
  const whole = resolved(api, schema)
  const options = whole.enum ?? whole.anyOf?.find((one) => one.enum)?.enum
  const { minimum, maximum, minLength, maxLength, maxItems } = whole
  return [
    options && options.map(String).join(', '),
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && `at least ${minimum}`,
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && `at most ${maximum}`,
    minLength !== undefined && minLength > 1 && `at least ${minLength} characters`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    maxItems !== undefined && `at most ${maxItems}`,
    whole.default !== undefined && `usually ${JSON.stringify(whole.default)}`,
  ]
    .filter((part) => typeof part === 'string')
    .join('; ')
}

/** A request that can be pasted into a shell. */
export function curlOf(api: OpenApi, { method, path, security, requestBody }: Entry): string {
  const json = requestBody?.content['application/json']
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${api.servers[0]!.url}${path}`,
    security && `-H 'Authorization: Bearer key_id.secret'`,
    json && `-H 'Content-Type: application/json'`,
    json && `-d '${JSON.stringify(exampleOf(api, json.schema, 0))}'`,
  ]
    .filter(Boolean)
    .join(' \\\n  ')
}

/** The smallest body that has every field it needs. */
function exampleOf(api: OpenApi, schema: Schema, depth: number): unknown {
  const whole = resolved(api, schema)
  if (whole.example !== undefined) return whole.example
  if (whole.const !== undefined) return whole.const
  if (whole.enum) return whole.enum[0]
  const object = objectIn(api, whole)
  if (object && depth < DEPTH)
    return Object.fromEntries(
      (object.required ?? []).map((name) => [
        name,
        exampleOf(api, object.properties![name] ?? {}, depth + 1),
      ]),
    )
  if (whole.items) return depth < DEPTH ? [exampleOf(api, whole.items, depth + 1)] : []
  if (whole.anyOf ?? whole.oneOf)
    return exampleOf(api, (whole.anyOf ?? whole.oneOf)![0]!, depth + 1)
  const [type] = [whole.type ?? 'string'].flat()
  if (type === 'integer' || type === 'number') return Math.max(0, whole.minimum ?? 0)
  if (type === 'boolean') return false
  return type === 'null' ? null : whole.format === 'date-time' ? '2026-11-21T12:00:00Z' : '…'
}
