import { preferences } from '../kept/preferences.ts'
import { tell } from '../shell/notices.ts'
import { t } from '../words.ts'

/** Somebody may wait for this person: longer than what one has just done oneself. */
const staysMs = 30_000

/** Says it in a corner, and by a sound and beside other windows if the person asked for these. @param tag one of these at a time */
export function announce(text: string, { tag, open, body }: { tag: string; open: () => void; body?: string }): void {
  tell(text, { action: { label: t('open'), run: open }, staysMs })
  const { sound, notifications } = preferences.get()
  if (sound) chime()
  if (notifications) notifyAway(text, { tag, open, ...(body !== undefined && { body }) })
}

/** By the browser, to one who looks elsewhere. */
export function notifyAway(title: string, { tag, open, body }: { tag: string; open: () => void; body?: string }): void {
  if (document.hasFocus() || !('Notification' in globalThis) || Notification.permission !== 'granted') return
  const note = new Notification(title, { tag, ...(body !== undefined && { body }) })
  note.onclick = () => {
    window.focus()
    open()
  }
}

let audio: AudioContext | undefined
/** Two soft notes, made here: nothing to load. */
export function chime(): void {
  audio ??= new AudioContext()
  for (const [hertz, afterSeconds] of [[660, 0], [880, 0.12]] as const) {
    const [tone, gain] = [audio.createOscillator(), audio.createGain()]
    const start = audio.currentTime + afterSeconds
    tone.frequency.value = hertz
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime(0.08, start + 0.02)
    gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.35)
    tone.connect(gain).connect(audio.destination)
    tone.start(start)
    tone.stop(start + 0.4)
  }
}
