/**
 * Every sentence a screen shows stands in a catalogue, never in its code. The English catalogue is written first and gives
 * the keys; a translation has the same keys and the same `{placeholders}` (types and a test see to it). What a sentence is
 * for, with an example, stands as a comment above its key, so that a translator sees it and no visitor loads it.
 */

/** One sentence per plural category of its language (Intl.PluralRules); `{n}` is the number, written as the language writes it. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }
export type Sentences = Readonly<Record<string, string | Plural>>

/** A translation of the English sentences `E`. */
export type Translated<E extends Sentences> = { readonly [K in keyof E]: E[K] extends string ? string : Plural }
export interface Catalogue<E extends Sentences> {
  /** A BCP 47 tag: `en`, `ar`, `pt-BR`. */
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  readonly sentences: Translated<E>
}

type Placeholder<S> = S extends `${string}{${infer P}}${infer Rest}` ? P | Placeholder<Rest> : never
type Placeholders<S> = S extends string ? Placeholder<S> : 'n' | Placeholder<S[keyof S]>
type Values<P extends PropertyKey> = [P] extends [never] ? [] : [values: { readonly [K in P]: K extends 'n' ? number : string | number }]

/** The sentence of a key with its placeholders filled in. Values are inserted as they are (isolated, in a language from right to left): whoever shows the result shows it as text. */
export type Translate<E extends Sentences> = <K extends keyof E>(key: K, ...values: Values<Placeholders<E[K]>>) => string

/** A name or an address in letters that run the other way stands for itself: else quotes and slashes around it fall apart between Arabic words. */
const runsOtherwise = /[^\P{L}\p{Script=Arabic}\p{Script=Hebrew}]/u
const isolated = (value: string): string => runsOtherwise.test(value) ? `\u2068${value}\u2069` : value

export function translator<E extends Sentences>(catalogue: Catalogue<E>): Translate<E> {
  const rules = new Intl.PluralRules(catalogue.language)
  const number = new Intl.NumberFormat(catalogue.language)
  return (key, ...[values]) => {
    const given = values as Readonly<Record<string, string | number>> | undefined
    const sentence: string | Plural = catalogue.sentences[key]
    const chosen = typeof sentence === 'string' ? sentence : (sentence[rules.select(Number(given?.['n']))] ?? sentence.other)
    return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = given?.[name]
      return value === undefined ? whole : typeof value === 'number' ? number.format(value) : catalogue.direction === 'rtl' ? isolated(value) : value
    })
  }
}

/** The first catalogue that speaks one of the wanted languages (`ar-EG` is spoken by `ar`), else the first one. */
export function choose<C extends { readonly language: string }>(catalogues: readonly [C, ...C[]], wanted: readonly string[]): C {
  const primary = (tag: string): string => tag.toLowerCase().split('-', 1)[0] ?? ''
  for (const tag of wanted) {
    const spoken = catalogues.find((c) => c.language.toLowerCase() === tag.toLowerCase()) ?? catalogues.find((c) => primary(c.language) === primary(tag))
    if (spoken) return spoken
  }
  return catalogues[0]
}
