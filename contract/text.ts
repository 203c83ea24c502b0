/**
 * Nothing to see: only white space, control characters, characters that are ignored when drawn (zero width, fillers, tags),
 * or the empty Braille cell. A message needs a visible character or an attachment (`blank_message`); client and server ask here.
 */
export const isBlank = (text: string): boolean => !/[^\s\p{Z}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text)
