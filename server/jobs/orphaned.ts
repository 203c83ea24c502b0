/** npm that is killed tells nobody. Only under npm, or nohup would end the server. Calls `fn` once. */
export function whenNpmIsGone(fn: () => void): void {
  if (!process.env['npm_lifecycle_event']) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    fn()
  }, 500).unref()
}
