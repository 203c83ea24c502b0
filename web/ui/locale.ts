/** How numbers and times are written in a language: as the reader's own region does it, where the browser names one. Some name what Intl throws at (`en-US@posix`). */
export const localeFor = (language: string, otherwise = language): string => {
  const primary = (tag: string): string => tag.split('-', 1)[0]!
  return navigator.languages.find((tag) => primary(tag) === primary(language) && /^[\w-]+$/.test(tag)) ?? otherwise
}
