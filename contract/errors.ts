/**
 * The error catalogue: for each code its HTTP status, whether and when to retry, and a sentence for people.
 * `retry`: `never` = the same request will fail again; `now` = at once, once; `after` = wait `retryAfterMs` (or back off);
 * `renew` = get a new token, then repeat with the same id.
 */
interface ErrorKind {
  readonly status: number
  readonly retry: 'never' | 'now' | 'after' | 'renew'
  readonly text: string
}

const kinds = {
  invalid: { status: 400, retry: 'never', text: 'The request is not of the right form. The detail names the field.' },
  blank_message: { status: 400, retry: 'never', text: 'A message needs at least one visible character or an attachment.' },
  nul_character: { status: 400, retry: 'never', text: 'The text holds the character U+0000, which cannot be kept. Remove it and send again.' },
  too_long: { status: 400, retry: 'never', text: 'The text is longer than 16,000 characters. Split it.' },
  unauthenticated: { status: 401, retry: 'renew', text: 'The token is missing, wrong or expired. Sign in again.' },
  wrong_password: { status: 401, retry: 'never', text: 'E-mail address and password do not belong together.' },
  link_used: { status: 410, retry: 'never', text: 'This link has been used or has expired. Ask for a new one.' },
  forbidden: { status: 403, retry: 'never', text: 'You may not do this. An administrator can give you the right.' },
  wrong_origin: { status: 403, retry: 'never', text: 'This page is not among the inbox’s allowed sites. Add its address in the inbox settings.' },
  not_found: { status: 404, retry: 'never', text: 'There is no such thing here, or you may not see it.' },
  id_reused: { status: 409, retry: 'never', text: 'This id was used before for something else. Make a new id.' },
  already_closed: { status: 409, retry: 'never', text: 'The conversation is closed already.' },
  already_open: { status: 409, retry: 'never', text: 'The conversation is open already.' },
  assigned_elsewhere: { status: 409, retry: 'never', text: 'Somebody else took this conversation in the meantime.' },
  taken: { status: 409, retry: 'never', text: 'This name or address is taken.' },
  not_yours: { status: 409, retry: 'never', text: 'Only its author can change this.' },
  gone: { status: 410, retry: 'never', text: 'This was deleted.' },
  not_clean: { status: 409, retry: 'never', text: 'This has not been quiet for long enough to be called resolved. Go on monitoring, or say openly why it is resolved already.' },
  wrong_status: { status: 409, retry: 'never', text: 'It is not in a state where this can be done. Load it again.' },
  space_taken: { status: 409, retry: 'never', text: 'Somebody else has this space at that time. Choose another time or space.' },
  space_closed: { status: 409, retry: 'never', text: 'This space is closed at that time. Choose another time or space.' },
  not_bookable: { status: 409, retry: 'never', text: 'This space cannot be booked at present. Choose another.' },
  too_far_ahead: { status: 409, retry: 'never', text: 'Bookings begin within the next 366 days. Choose an earlier day.' },
  outside_check_in: { status: 409, retry: 'never', text: 'One can check in only within the check-in window of the booking.' },
  opted_out: { status: 409, retry: 'never', text: 'This number has opted out: it said STOP, and nothing may be sent to it until it says START.' },
  left_already: { status: 409, retry: 'never', text: 'This has left already and cannot be changed any more. Send another message instead.' },
  watchlisted: { status: 409, retry: 'never', text: 'This person is on the watchlist and may not be invited. Ask whoever keeps the list.' },
  has_unsent: { status: 409, retry: 'never', text: 'This kiosk holds check-ins that it has not sent yet. Bring it online first, or unpair it and give them up.' },
  wrong_offset: { status: 409, retry: 'now', text: 'The upload goes on at another offset. Ask how far it has come and go on there.' },
  too_large: { status: 413, retry: 'never', text: 'This is larger than allowed.' },
  unsupported_type: { status: 415, retry: 'never', text: 'Files of this type are not accepted.' },
  checksum_differs: { status: 422, retry: 'now', text: 'The file arrived damaged. Send it again.' },
  rate_limited: { status: 429, retry: 'after', text: 'Too many requests. Wait a little and try again.' },
  internal: { status: 500, retry: 'after', text: 'Something failed on our side. It has been noted.' },
  unavailable: { status: 503, retry: 'after', text: 'This cannot be done right now because the database is away. Nothing was changed; try again shortly.' },
  overloaded: { status: 503, retry: 'after', text: 'Too much is going on right now. Try again shortly.' },
  storage_full: { status: 507, retry: 'after', text: 'The server has no room for files right now. Text messages still work. Its operator can free space.' },
  draining: { status: 503, retry: 'after', text: 'This server is restarting. Try again in a moment.' },
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof kinds
export const errorKinds: Record<ErrorCode, ErrorKind> = kinds
export const errorCodes = Object.keys(kinds) as ErrorCode[]
