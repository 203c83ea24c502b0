// What the page does more when scripts run: times in the reader's zone, counting on, and reading itself anew. Without it all is there, in UTC.
const { lang } = document.documentElement
const words = document.body.dataset
const tag = lang === 'en' ? navigator.languages.find((l) => /^en[\w-]*$/.test(l)) ?? 'en-GB' : lang   // some browsers name `en-US@posix`, at which Intl throws
const styles = { moment: { dateStyle: 'medium', timeStyle: 'short' }, clock: { timeStyle: 'short' } }
const everyMs = 15_000
const staleMs = 5 * 60_000

function show() {
  for (const time of document.querySelectorAll('time[data-as]')) {
    const at = new Date(time.dateTime)
    const zone = new Intl.DateTimeFormat(tag, { timeZoneName: 'short', hour: 'numeric' }).formatToParts(at).find((p) => p.type === 'timeZoneName')?.value ?? ''
    time.textContent = `${new Intl.DateTimeFormat(tag, styles[time.dataset.as]).format(at)} ${zone}`
    time.title = time.dateTime
  }
  count()
}
function count() {
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: 'always' })
  for (const time of document.querySelectorAll('time[data-until]')) {
    const ms = Date.parse(time.dateTime) - Date.now()
    const [value, unit] = Math.abs(ms) < 90_000 ? [ms / 1000, 'second'] : Math.abs(ms) < 5_400_000 ? [ms / 60_000, 'minute'] : Math.abs(ms) < 129_600_000 ? [ms / 3_600_000, 'hour'] : [ms / 86_400_000, 'day']
    time.textContent = relative.format(Math.round(value), unit)
  }
}

function say(sentence) {
  document.querySelector('.banner')?.remove()
  if (!sentence) return
  const banner = document.createElement('p')
  banner.className = 'banner'
  banner.setAttribute('role', 'status')
  banner.textContent = sentence
  document.querySelector('main').before(banner)
}
const age = () => Date.now() - Date.parse(document.querySelector('footer time')?.dateTime ?? '')

let writtenFor = document.querySelector('main').innerHTML
async function again() {
  // Not under somebody's fingers.
  if (document.hidden || document.querySelector('main').contains(document.activeElement)) return
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' })
    if (!answer.ok) throw new Error(String(answer.status))
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const main = fresh.querySelector('main')
    if (main.innerHTML !== writtenFor) {
      writtenFor = main.innerHTML
      document.querySelector('main').replaceWith(main)
    }
    document.querySelector('footer').replaceWith(fresh.querySelector('footer'))
    show()
    say(age() > staleMs ? words.stale : '')
  } catch {
    say(words.offline)
  }
}

show()
setInterval(count, 1000)
if (location.protocol !== 'file:') setInterval(() => void again(), everyMs)
if (age() > staleMs) say(words.stale)
