/** One description of an endpoint: types, validation, serialisation, client and OpenAPI all come from it. Schemas carry no `$id` (Fastify refuses a second one). */
import { Type, type Static, type TObject, type TSchema } from 'typebox'
import type { ErrorCode } from './errors.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Who may call: `public` needs no token, `visitor` a contact's or a user's, `agent` a user's, `admin` a user with the role admin, `kiosk` a paired kiosk's, `panel` a room panel's. The handler still loads and authorises the noun itself. */
export type Access = 'public' | 'visitor' | 'agent' | 'admin' | 'kiosk' | 'panel'

/** P(arams), Q(uery), B(ody), R(eturns), C(odes of refusal): schemas as values, what they mean as types, computed once. */
export interface Endpoint<P, Q, B, R, C extends string> {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly access: Access
  /** How many SQL statements one call may issue at most; a test holds the endpoint to it. */
  readonly statements: number
  readonly params: TObject
  readonly query: TObject
  readonly body: TSchema | undefined
  readonly returns: TSchema
  readonly errors: readonly C[]
  /** Never set: it only holds the types. */
  readonly types?: { params: P; query: Q; body: B; returns: R }
}

type Names<Path extends string> =
  Path extends `${string}:${infer N}/${infer Rest}` ? N | Names<`/${Rest}`> : Path extends `${string}:${infer N}` ? N : never
type Agrees<Path extends string, P extends TObject> =
  [Names<Path>] extends [keyof P['properties']]
    ? [keyof P['properties']] extends [Names<Path>]
      ? unknown
      : { params: { 'the path does not mention': Exclude<keyof P['properties'], Names<Path>> } }
    : { params: { 'params lacks': Exclude<Names<Path>, keyof P['properties']> } }

const nothing = Type.Object({}, { additionalProperties: false })

/** A body of plain bytes (`application/octet-stream`): streamed to the handler, not validated. */
export const Bytes = Type.Unsafe<Blob | Uint8Array<ArrayBuffer>>({ type: 'string', format: 'binary' })

/** Paths are relative to `/api/v1`. */
export function endpoint<
  const Path extends string,
  R extends TSchema,
  P extends TObject = TObject<{}>,
  Q extends TObject = TObject<{}>,
  B extends TSchema = Type.TUndefined,
  const E extends ErrorCode = never,
>(
  e: { method: Method; path: Path; summary: string; access: Access; statements: number; params?: P; query?: Q; body?: B; returns: R; errors?: readonly E[] } & Agrees<Path, P>,
): Endpoint<Static<P>, Static<Q>, Static<B>, Static<R>, E> {
  const { method, path, summary, access, statements, params = nothing, query = nothing, body, returns, errors = [] } = e
  return { method, path, summary, access, statements, params, query, body, returns, errors }
}
