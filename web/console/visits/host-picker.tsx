import { useHosts } from '../live/queries.ts'
import { PersonPicker } from '../person-picker.tsx'
import { t } from '../words.ts'

interface Props { value: string | null; label: string; className?: string; onChange: (host: string | null) => void }

/** Whom the visit is for. */
export const HostPicker = (props: Props) => <PersonPicker people={useHosts()} find={t('hostFind')} nobody={t('hostNobody')} {...props} />
