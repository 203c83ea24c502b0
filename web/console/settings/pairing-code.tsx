import { clock } from '../times.ts'
import { useSecond } from '../use-now.ts'
import { t } from '../words.ts'

/** Eight digits to type at a device, and how long they last. */
export function PairingCode({ code, expiresAt, text }: { code: string; expiresAt: string; text: string }) {
  const leftMs = Date.parse(expiresAt) - useSecond(true)
  return (
    <>
      <p className="words text-14">{text}</p>
      <p
        dir="ltr" aria-label={t('kioskCode')} role="img"
        className="figures rounded-card border border-line bg-paper py-5 text-center text-[40px] leading-none font-semibold tracking-[0.08em]"
      >
        {`${code.slice(0, 4)} ${code.slice(4)}`}
      </p>
      <p className="text-13 text-muted">
        {leftMs > 0 ? t('kioskCodeUntil', { at: clock(expiresAt), n: Math.max(1, Math.ceil(leftMs / 60_000)) }) : t('kioskCodeOver')}
      </p>
    </>
  )
}
