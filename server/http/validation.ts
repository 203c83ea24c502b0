/** Validation by TypeBox. In a body nothing is removed, coerced or defaulted; what stands in path and query is text, so it is read first. */
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { Refusal } from '#server/kernel/refusal.ts'
import { refuseBrokenText } from '#server/kernel/text.ts'

export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema)
  return (data: unknown) => {
    const value = httpPart === 'body' ? data : fromText(schema, data)
    if (!check.Check(value)) return { error: new Refusal('invalid', sayFlaw(httpPart ?? 'body', check.Errors(value))) }
    // A kiosk's batch holds what it holds: each operation is judged by itself, behind the border.
    if ('x-broken-text' in schema) return { value }
    try {
      refuseBrokenText(value)
    } catch (error) {
      return { error: error as Refusal }
    }
    return { value }
  }
}

/** Numbers and booleans as they are written; anything else stays text, for the check to refuse. TypeBox's Convert reads `1.5` as 1 and nothing as 0. */
function fromText(schema: TSchema, data: unknown): unknown {
  const properties = (schema as { properties?: Record<string, { type?: string }> }).properties ?? {}
  return Object.fromEntries(Object.entries(data as Record<string, unknown>).map(([name, text]) => {
    const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined
    if ((type === 'integer' || type === 'number') && typeof text === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return [name, Number(text)]
    if (type === 'boolean' && (text === 'true' || text === 'false')) return [name, text === 'true']
    return [name, text]
  }))
}

const parts: Record<string, string> = { querystring: 'the query', params: 'the path', headers: 'the headers', body: 'the body' }

/** One sentence about the first flaw; it names the field. */
function sayFlaw(part: string, errors: readonly TLocalizedValidationError[]): string {
  const where = parts[part] ?? part
  const first = errors[0]
  if (!first) return `Something in ${where} is not of the right form.`
  const name = (path: string) => path.slice(1).replaceAll('/', '.')
  if (first.keyword === 'required') return `\`${name(`${first.instancePath}/${first.params.requiredProperties[0]}`)}\` is missing in ${where}.`
  const some = (type: string) => /^[aio]/.test(type) ? `an ${type}` : `a ${type}`
  const flaw = first.keyword === 'type' ? `must be ${[first.params.type].flat().map(some).join(' or ')}` : first.message
  if (first.instancePath === '') return `${where[0]!.toUpperCase()}${where.slice(1)} ${flaw}.`
  const field = `\`${name(first.instancePath)}\` in ${where}`
  if (first.keyword === 'boolean') return `${field} is not known here.`
  if (first.keyword === 'pattern') return `${field} is not of the right form.`
  if (first.keyword === 'enum') return `${field} must be one of: ${first.params.allowedValues.join(', ')}.`
  if (first.keyword === 'format' && first.params.format === 'email') return `${field} must be an e-mail address.`
  if (first.keyword === 'format' && first.params.format === 'date') return `${field} is no day of the calendar.`
  if (first.keyword === 'format' && first.params.format === 'date-time') return `${field} is no time of the calendar.`
  if (first.keyword === 'const') {
    const allowed = errors.flatMap((e) => e.keyword === 'const' && e.instancePath === first.instancePath ? [String(e.params.allowedValue)] : [])
    return `${field} must be ${allowed.length > 1 ? `one of: ${allowed.join(', ')}` : allowed[0]}.`
  }
  return `${field} ${flaw}.`
}
