import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'

/** `demo`: the door page is shown at `/`. `drills`: and its drills can be run (not under `npm run dev`, where nothing outlives the server). `inbox`: the one whose messenger stands on the guest page. `statusPage`: where it stands, once its process runs. `isNew`: nobody is here yet, and the link that makes the first administrator was printed. `mail`: a mail server is set; else mail is kept to be read and does not leave. */
export const About = Type.Object({ name: Type.String(), version: Type.String(), build: Type.String(), demo: Type.Boolean(), drills: Type.Boolean(), inbox: Nullable(Type.String()), statusPage: Nullable(Type.String()), mail: Type.Boolean(), isNew: Type.Boolean() })
export type About = Static<typeof About>
export const getAbout = endpoint({ method: 'GET', path: '/about', access: 'public', statements: 0, summary: 'What runs here.', returns: About })
