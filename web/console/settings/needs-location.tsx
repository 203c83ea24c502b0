import { Link } from '@tanstack/react-router'
import { t } from '../words.ts'

/** What stands at a location cannot be made before there is one: says so, and leads there. */
export function NeedsLocation({ text }: { text: string }) {
  return <p className="mb-4 text-13 text-muted">{text} <Link to="/settings/locations" className="text-accent-ink underline">{t('settingsLocations')}</Link></p>
}
