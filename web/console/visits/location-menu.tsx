import { ChevronDown } from 'lucide-react'
import type { Location } from '#contract/places.ts'
import { MenuChoice, MenuRoot, MenuSheet, MenuTrigger } from '#web/ui/menu.tsx'
import { t } from '../words.ts'

/** The location as a heading; with several, one chooses there. */
export function LocationMenu({ location, locations, onLocation }: { location: Location; locations: readonly Location[]; onLocation: (id: string) => void }) {
  if (locations.length < 2) return <h2 className="truncate text-16 font-semibold"><bdi>{location.name}</bdi></h2>
  return (
    <MenuRoot>
      <MenuTrigger className="-ms-1.5 flex min-w-0 items-center gap-1 rounded-control px-1.5 py-1 hover:bg-raised">
        <h2 className="truncate text-16 font-semibold">
          <bdi>{location.name}</bdi>
        </h2><ChevronDown aria-hidden size={16} className="shrink-0 text-muted" /><span className="sr-only">{t('locationChoose')}</span>
      </MenuTrigger>
      <MenuSheet align="start">
        <MenuChoice value={location.id} options={locations.map((l) => [l.id, l.name] as const)} onChange={onLocation} />
      </MenuSheet>
    </MenuRoot>
  )
}
