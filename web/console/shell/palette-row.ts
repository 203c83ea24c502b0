export const paletteRow = 'flex h-9 cursor-default items-center gap-2.5 rounded-control px-2 text-13 select-none data-[disabled=true]:opacity-50 data-[selected=true]:bg-raised'
