/** SQL stays visible: sql`select … where id = ${id}` becomes `{text, values}`; a nested sql`…` is spliced in. */
export interface Sql<R = unknown> {
  readonly text: string
  readonly values: readonly unknown[]
  /** Never set: it only holds the row's type. */
  readonly row?: R
}

const pieces = new WeakSet<object>()

/** `R` is the type of one row: `sql<{ id: string }>`select id from …``. Every statement that touches an account's rows names the account. */
export function sql<R = unknown>(strings: TemplateStringsArray, ...parts: readonly unknown[]): Sql<R> {
  let text = strings[0]!
  const values: unknown[] = []
  parts.forEach((part, i) => {
    if (isPiece(part)) {
      text += part.text.replace(/\$(\d+)/g, (_, n: string) => `$${Number(n) + values.length}`)
      values.push(...part.values)
    } else {
      values.push(part)
      text += `$${values.length}`
    }
    text += strings[i + 1]!
  })
  const piece = { text, values }
  pieces.add(piece)
  return piece
}
const isPiece = (x: unknown): x is Sql => typeof x === 'object' && x !== null && pieces.has(x)

/** Nothing, for the optional part of a statement. */
export const none = sql``

/** For `like`: the text anywhere, and nothing in it that `like` would read as a sign. */
export const anywhere = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`
