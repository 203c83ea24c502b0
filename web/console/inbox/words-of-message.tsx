import { Fragment, memo } from 'react'
import { linkPieces } from '#web/messenger/links.ts'

/** The words of a person: text, and nothing but text. Web addresses become links, names of people told about it stand out. */
export const Words = memo(function Words({ text, mentions, names }: { text: string; mentions: readonly string[]; names: ReadonlyMap<string, string> }) {
  const told = mentions.flatMap((id) => names.get(id) ?? []).map((name) => `@${name}`)
  return (
    <p className="words" dir="auto">
      {linkPieces(text).map((piece, at) => piece.href
        ? <a key={at} href={piece.href} target="_blank" rel="noopener noreferrer nofollow" className="underline underline-offset-2">{piece.text}</a>
        : <Fragment key={at}>{parts(piece.text, told).map((part, n) => told.includes(part) ? <b key={n} className="font-semibold">{part}</b> : part)}</Fragment>)}
    </p>
  )
})

function parts(text: string, told: readonly string[]): string[] {
  const [name, ...others] = told
  return name === undefined ? [text] : text.split(name).flatMap((part, at) => [...(at > 0 ? [name] : []), ...parts(part, others)])
}
