const apple = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.userAgent)
const faces: Record<string, string> = { Mod: apple ? '⌘' : 'Ctrl', Shift: '⇧', Enter: '⏎', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc' }

/** `Mod+K` as the keyboard at hand names it. */
export const keyFace = (keys: string): string => keys.split('+').map((k) => faces[k] ?? k).join(apple ? '' : ' ')

/** Keys as small caps; `G I` is one after the other. */
export function Keys({ of }: { of: string }) {
  return (
    <span className="inline-flex gap-0.5">
      {of.split(' ').map((k, i) => (
        <kbd key={i} className="min-w-5 rounded-[4px] border border-line bg-paper px-1 text-center font-sans text-12 leading-[18px] text-muted">{keyFace(k)}</kbd>
      ))}
    </span>
  )
}
