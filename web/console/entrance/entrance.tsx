import type { ReactNode } from 'react'
import lantern from '../lantern.svg'

/** What stands before the house: the lantern, one question, one button. */
export function Entrance({ title, text, children }: { title: string; text?: string | undefined; children: ReactNode }) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <div className="w-full max-w-[360px]">
        <img src={lantern} alt="" className="mb-6 size-10" />
        <h1 className="text-20 font-semibold">{title}</h1>
        {text && <p className="mt-1 text-14 text-muted">{text}</p>}
        <div className="mt-6">{children}</div>
      </div>
    </main>
  )
}
