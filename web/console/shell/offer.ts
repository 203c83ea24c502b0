/** Offers a file to whoever looks at the page. */
export function offer(name: string, file: Blob): void {
  const url = URL.createObjectURL(file)
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
export const offerText = (name: string, text: string, mediaType: string): void => offer(name, new Blob([text], { type: mediaType }))
