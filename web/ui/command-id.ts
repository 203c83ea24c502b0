import { newId } from '#client/lodge.ts'

/**
 * The id of what a form sends. The same body has the same id: pressed twice, or sent again since no answer came, it is done once.
 * Another body has another id, for under the first one the server would refuse it.
 */
export function commandId(): (body: unknown) => string {
  let id = newId(), sent = ''
  return (body) => {
    const text = JSON.stringify(body)
    if (sent !== '' && sent !== text) id = newId()
    sent = text
    return id
  }
}
