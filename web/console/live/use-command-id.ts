import { useRef } from 'react'
import { newId } from '#client/lodge.ts'

/**
 * The id of what a form sends. The same body has the same id: pressed twice, or sent again since no answer came, it is done once.
 * Another body has another id, for under the first one the server would refuse it.
 */
export function useCommandId(): (body: unknown) => string {
  const sent = useRef({ id: newId(), body: '' })
  return (body) => {
    const text = JSON.stringify(body)
    if (sent.current.body !== text) sent.current = { id: sent.current.body === '' ? sent.current.id : newId(), body: text }
    return sent.current.id
  }
}
