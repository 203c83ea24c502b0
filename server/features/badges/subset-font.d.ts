declare module 'subset-font' {
  /** @returns the font with the glyphs that the text needs, and those they turn into */
  const subset: (font: Buffer, text: string, options: { targetFormat: 'truetype'; variationAxes?: Readonly<Record<string, number>> }) => Promise<Buffer>
  export default subset
}
