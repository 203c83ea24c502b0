/** HTML that is safe by default: html`<p>${text}</p>` escapes every value that is not itself made by `html`. */
export interface Html { readonly markup: string }

const made = new WeakSet<object>()
const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

type Value = Html | string | number | readonly Html[]

export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const piece = { markup: strings.reduce((all, text, i) => all + shown(values[i - 1]!) + text) }
  made.add(piece)
  return piece
}

function shown(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value).replace(/[&<>"']/g, (c) => escapes[c]!)
  if ('markup' in value) {
    if (!made.has(value)) throw new Error('This HTML was not made by html`…`')
    return value.markup
  }
  return value.map(shown).join('')
}
