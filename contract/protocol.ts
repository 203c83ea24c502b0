/** The constants of the socket protocol, apart from its schemas, so that a browser does not load a validator for them. */

export const protocolVersion = 1
/** Where the WebSocket is opened; relative to the server's address. */
export const socketPath = '/api/v1/socket'

/** Close codes. `retry`: may the client reconnect by itself. 4500–4999 never, whatever a later version adds there; all others yes. */
export const closeCodes = {
  1001: { retry: true, text: 'The server is going away; come back within the window.' },
  1013: { retry: true, text: 'Come back later, as the `wait` frame said.' },
  4000: { retry: true, text: 'A slow reader: too much was waiting to be sent.' },
  4001: { retry: true, text: 'Silence: nothing heard for too long.' },
  4002: { retry: true, text: 'The token is expired or was revoked: renew it, then reconnect.' },
  4500: { retry: false, text: 'The protocol version is not spoken here: load a newer client.' },
  4501: { retry: false, text: 'A frame was malformed or too large.' },
  4502: { retry: false, text: 'This page may not connect: its origin is not allowed.' },
  4503: { retry: false, text: 'The session has ended: sign in again.' },
} as const
export type CloseCode = keyof typeof closeCodes
