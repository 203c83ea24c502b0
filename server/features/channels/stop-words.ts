/** What a contact may say to end and begin being written to, and what it is answered. A whole message, nothing else in it. */
import type { ChannelLanguage } from '#contract/channels.ts'
import { trimmed } from '#server/kernel/code-points.ts'

interface Language {
  stop: readonly string[]; start: readonly string[]; help: readonly string[]
  say: { stopped: (house: string) => string; started: (house: string) => string; help: (house: string) => string }
}

export const stopWords: Readonly<Record<ChannelLanguage, Language>> = {
  en: { stop: ['stop', 'stopall', 'stop all', 'unsubscribe', 'cancel', 'end', 'quit', 'optout', 'opt out', 'revoke'], start: ['start', 'unstop', 'subscribe'], help: ['help', 'info'], say: {
    stopped: (h) => `${h}: you will get no more messages from us. Reply START to get them again.`, started: (h) => `${h}: you get messages from us again. Reply STOP to end them.`, help: (h) => `${h}: write to us here, a person answers. Reply STOP to get no more messages.` } },
  de: { stop: ['stopp', 'abmelden', 'abbestellen', 'ende'], start: ['anmelden'], help: ['hilfe'], say: {
    stopped: (h) => `${h}: Sie erhalten keine Nachrichten mehr von uns. Mit START erhalten Sie wieder welche.`, started: (h) => `${h}: Sie erhalten wieder Nachrichten von uns. STOPP beendet sie.`, help: (h) => `${h}: Schreiben Sie uns hier, ein Mensch antwortet. STOPP beendet alle Nachrichten.` } },
  fr: { stop: ['arret', 'arrêt', 'arreter', 'arrêter', 'desabonner', 'désabonner', 'annuler', 'fin'], start: ['commencer', 'reprendre'], help: ['aide'], say: {
    stopped: (h) => `${h} : vous ne recevrez plus de messages. Répondez START pour en recevoir à nouveau.`, started: (h) => `${h} : vous recevez à nouveau nos messages. Répondez STOP pour arrêter.`, help: (h) => `${h} : écrivez-nous ici, une personne répond. Répondez STOP pour ne plus rien recevoir.` } },
  es: { stop: ['parar', 'alto', 'baja', 'cancelar', 'detener'], start: ['alta', 'iniciar'], help: ['ayuda'], say: {
    stopped: (h) => `${h}: no recibirá más mensajes. Responda START para volver a recibirlos.`, started: (h) => `${h}: vuelve a recibir nuestros mensajes. Responda PARAR para dejarlos.`, help: (h) => `${h}: escríbanos aquí, responde una persona. Responda PARAR para no recibir más.` } },
  pt: { stop: ['parar', 'pare', 'sair', 'cancelar'], start: ['iniciar', 'voltar'], help: ['ajuda'], say: {
    stopped: (h) => `${h}: não receberá mais mensagens. Responda START para voltar a receber.`, started: (h) => `${h}: volta a receber as nossas mensagens. Responda PARAR para terminar.`, help: (h) => `${h}: escreva-nos aqui, uma pessoa responde. Responda PARAR para não receber mais.` } },
  it: { stop: ['fermare', 'basta', 'cancella', 'disiscrivi'], start: ['inizia', 'riprendi'], help: ['aiuto'], say: {
    stopped: (h) => `${h}: non riceverà altri messaggi. Risponda START per riceverli di nuovo.`, started: (h) => `${h}: riceve di nuovo i nostri messaggi. Risponda STOP per terminarli.`, help: (h) => `${h}: ci scriva qui, risponde una persona. Risponda STOP per non ricevere altro.` } },
  nl: { stop: ['stoppen', 'afmelden', 'einde'], start: ['aanmelden', 'hervatten'], help: ['hulp'], say: {
    stopped: (h) => `${h}: u krijgt geen berichten meer van ons. Antwoord START om ze weer te krijgen.`, started: (h) => `${h}: u krijgt weer berichten van ons. Antwoord STOP om ze te beëindigen.`, help: (h) => `${h}: schrijf ons hier, een mens antwoordt. Antwoord STOP voor geen berichten meer.` } },
  sv: { stop: ['stopp', 'sluta', 'avsluta', 'avanmäl'], start: ['starta', 'börja'], help: ['hjälp'], say: {
    stopped: (h) => `${h}: du får inga fler meddelanden. Svara START för att få dem igen.`, started: (h) => `${h}: du får meddelanden igen. Svara STOPP för att avsluta.`, help: (h) => `${h}: skriv till oss här, en människa svarar. Svara STOPP för att inte få fler.` } },
  zh: { stop: ['停止', '退订', '退訂', '取消', 'td', 't'], start: ['开始', '開始', '订阅', '訂閱'], help: ['帮助', '幫助'], say: {
    stopped: (h) => `${h}：您将不再收到我们的短信。回复 START 可重新接收。`, started: (h) => `${h}：您将重新收到我们的短信。回复“停止”可退订。`, help: (h) => `${h}：请在此留言，由专人回复。回复“停止”不再接收短信。` } },
  ja: { stop: ['停止', '配信停止', 'ストップ', '解除'], start: ['開始', '再開', 'スタート'], help: ['ヘルプ'], say: {
    stopped: (h) => `${h}: 今後メッセージは届きません。再開するには START と返信してください。`, started: (h) => `${h}: メッセージの受信を再開しました。停止するには「停止」と返信してください。`, help: (h) => `${h}: こちらにご返信ください。担当者がお答えします。受信を止めるには「停止」と返信してください。` } },
  ar: { stop: ['توقف', 'إيقاف', 'ايقاف', 'إلغاء', 'الغاء'], start: ['ابدأ', 'ابدا', 'استئناف'], help: ['مساعدة'], say: {
    stopped: (h) => `${h}: لن تصلك رسائل أخرى منا. أرسل START لتصلك من جديد.`, started: (h) => `${h}: ستصلك رسائلنا من جديد. أرسل STOP لإيقافها.`, help: (h) => `${h}: اكتب لنا هنا ويجيبك موظف. أرسل STOP حتى لا تصلك رسائل.` } },
}

/** Of a text that may be heard. */
const textMaxChars = 60

export interface Heard { meaning: 'stop' | 'start' | 'help'; language: ChannelLanguage; word: string }

/** The words of the channel's languages, and the English ones wherever one is: phones and carriers teach them. The channel's first language that knows the word answers. */
export function heard(text: string, languages: readonly ChannelLanguage[]): Heard | undefined {
  if (text.length > textMaxChars) return undefined
  const word = trimmed(text.normalize('NFKC').toLowerCase(), /[\s\p{P}]/u).replace(/\s+/g, ' ')
  if (word === '' || word.length > 40) return undefined
  const all = languages.includes('en') ? languages : [...languages, 'en' as const]
  for (const meaning of ['stop', 'start', 'help'] as const) {
    const knows = all.find((l) => stopWords[l][meaning].includes(word))
    // STOP, START and HELP are everybody's: the answer comes in the channel's first language.
    if (knows) return { meaning, language: word === meaning ? languages[0] ?? 'en' : knows, word }
  }
  return undefined
}
