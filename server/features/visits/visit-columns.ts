/** Which column of a spreadsheet means what. Pure: headers are compared in Latin letters, without case, accents and signs. */
import { plainName } from '#contract/watch-keys.ts'
import type { VisitColumn } from '#contract/visit-imports.ts'

const spellings: Readonly<Record<Exclude<VisitColumn, `fields.${string}`>, string>> = {
  name: 'name|full name|visitor|visitor name|guest|guest name|attendee|participant|besucher|besuchername|gast|teilnehmer|nombre completo|visitante|nom complet|visiteur|invite|nome completo|bezoeker|naam|姓名|访客|الاسم|الزائر',
  firstName: 'first name|firstname|given name|forename|vorname|prenom|nombre|voornaam|nome|名',
  lastName: 'last name|lastname|surname|family name|nachname|familienname|nom de famille|nom|apellido|apellidos|achternaam|cognome|姓',
  company: 'company|company name|organisation|organization|employer|firma|unternehmen|firmenname|empresa|compania|entreprise|societe|bedrijf|azienda|公司|الشركة',
  email: 'email|e mail|mail|email address|e mail address|e mail adresse|correo|correo electronico|courriel|adresse e mail|adresse mail|邮箱|电子邮件|البريد|البريد الإلكتروني',
  phone: 'phone|phone number|telephone|tel|mobile|mobile number|mobile phone|cell|cell phone|telefon|telefonnummer|handy|mobil|telefono|movil|celular|portable|telefoon|电话|手机|الهاتف',
  host: 'host|host name|host email|visiting|to see|contact person|responsible|gastgeber|ansprechpartner|besucht|anfitrion|visita a|hote|contact interne|gastheer|主人|被访人|المضيف',
  date: 'date|day|visit date|expected|expected at|expectedat|expected on|arrival|arrival date|arrives|start|start date|starts|startat|start at|starttime|from|when|datum|tag|besuchsdatum|ankunft|beginn|fecha|dia|llegada|inicio|jour|arrivee|debut|aankomst|日期|التاريخ',
  time: 'time|start time|arrival time|expected time|at|uhrzeit|zeit|startzeit|hora|hora de llegada|heure|heure d arrivee|tijd|时间|الوقت',
  leaving: 'leaving|leaving at|leavingat|leaves|end|end time|end at|endat|ends|until|to|departure|ende|endzeit|bis|abreise|fin|hasta|salida|hora de salida|depart|jusqu a|vertrek|结束|المغادرة',
  visitorType: 'type|visitor type|kind|kind of visitor|category|typ|besuchertyp|art|tipo|tipo de visitante|type de visiteur|categorie|类型|نوع الزائر',
  location: 'location|site|place|building|standort|ort|ubicacion|sede|lieu|site d accueil|locatie|地点|الموقع',
  language: 'language|lang|language code|sprache|idioma|langue|taal|语言|اللغة',
  note: 'note|notes|comment|comments|remark|remarks|purpose|reason|description|notiz|bemerkung|anmerkung|zweck|nota|notas|comentario|motivo|remarque|commentaire|motif|opmerking|备注|ملاحظة',
}
const meanings = new Map(Object.entries(spellings).flatMap(([column, all]) => all.split('|').map((spelling) => [plainName(spelling), column as VisitColumn] as const)))

/**
 * One meaning per column, each at most once: the first that fits has it.
 * @param asked what the location's visitor types ask, by key and label
 */
export function columnsOf(headers: readonly string[], asked: readonly { key: string; label: string }[]): (VisitColumn | null)[] {
  const taken = new Set<VisitColumn>()
  const take = (column: VisitColumn | undefined): VisitColumn | null => {
    if (column === undefined || taken.has(column)) return null
    taken.add(column)
    return column
  }
  const found = headers.map((header) => {
    // Camel case is words too: `expectedAt`, `firstName`.
    const plain = plainName(header.replace(/([a-z])([A-Z])/g, '$1 $2'))
    const field = asked.find(({ key, label }) => plainName(label) === plain || key === header.trim() || `fields.${key}` === header.trim())
    return field ? take(`fields.${field.key}`) : take(meanings.get(plain) ?? meanings.get(plainName(header)))
  })
  // "Name" beside "First name" is the family name, as German and French lists have it.
  if (taken.has('firstName') && !taken.has('lastName') && taken.has('name')) return found.map((column) => column === 'name' ? 'lastName' : column)
  // Alone, what elsewhere is a first or a family name ("Nombre", "Nom") is the whole.
  if (!taken.has('name') && taken.has('firstName') !== taken.has('lastName')) return found.map((column) => column === 'firstName' || column === 'lastName' ? 'name' : column)
  return found
}
