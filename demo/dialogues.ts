/** What guests of the demo hotel write and what its people answer. Invented; several languages, as at any front desk. */
export interface Dialogue {
  readonly guest: string
  readonly page: string
  readonly labels?: readonly string[]
  /** `g` the guest, `h` the house, `n` a private note. */
  readonly turns: readonly (readonly ['g' | 'h' | 'n', string])[]
}

export const dialogues: readonly Dialogue[] = [
  { guest: 'Mara Lindqvist', page: '/stay/412', labels: ['late check-out'], turns: [
    ['g', 'Good morning! Could we check out at one instead of eleven tomorrow?'], ['n', 'Room 412 is free until Thursday.'], ['h', 'Good morning, Mara. Of course: I have noted 13:00 for room 412.'], ['g', 'Wonderful, thank you.'], ['h', 'You are welcome. Breakfast is until half past ten, by the way.']] },
  { guest: 'Tomás Rivera', page: '/restaurant', labels: ['restaurant'], turns: [
    ['g', 'Do you have a table for four tonight, around eight?'], ['h', 'We do, by the window. Any allergies we should tell the kitchen about?'], ['g', 'One of us eats no nuts.'], ['h', 'The kitchen knows. See you at eight.']] },
  { guest: '林晓雯', page: '/rooms/garden', turns: [
    ['g', '你好，花园房可以加一张婴儿床吗？'], ['h', '可以的，婴儿床免费。您几号入住？'], ['g', '下周五，住两晚。'], ['h', '已经为您备注好了，下周五见。']] },
  { guest: 'Yusuf Haddad', page: '/contact', labels: ['transfer'], turns: [
    ['g', 'مساء الخير، هل يمكن ترتيب سيارة من المطار يوم السبت؟'], ['h', 'مساء النور. بالتأكيد، ما رقم الرحلة وموعد الوصول؟'], ['g', 'الرحلة LH 1348، الساعة 18:40.'], ['h', 'السائق سيكون بانتظارك عند الخروج ومعه لوحة باسمك.']] },
  { guest: 'Camille Aubry', page: '/spa', turns: [
    ['g', 'Bonjour, le sauna est-il ouvert le dimanche soir ?'], ['h', 'Bonjour Camille, oui, jusqu’à 22 heures.'], ['g', 'Parfait, merci !']] },
  { guest: 'Jonas Weber', page: '/stay/208', labels: ['housekeeping'], turns: [
    ['g', 'Guten Abend, in 208 tropft der Wasserhahn ein wenig.'], ['n', 'Told Milo, he is on his way up.'], ['h', 'Guten Abend, Herr Weber. Unser Haustechniker ist in zehn Minuten bei Ihnen.'], ['g', 'Das ging schnell, alles trocken. Danke!']] },
  { guest: 'Priya Nair', page: '/offers/winter', turns: [
    ['g', 'Is the winter offer also valid for a single night?'], ['h', 'It is for two nights or more, but for one night I can give you 10 % off. Which date?'], ['g', 'The 12th of December.']] },
  { guest: 'Olivia Brooks', page: '/rooms', turns: [
    ['g', 'Hi, which rooms have a desk? I need to work for two days.'], ['h', 'All rooms on the third floor do. 305 is the quietest, it looks on the courtyard.'], ['g', 'Then 305, please, from Monday to Wednesday.'], ['h', 'It is yours. I have sent the confirmation by e-mail.']] },
  { guest: 'Nils Åkerberg', page: '/parking', turns: [
    ['g', 'Can I charge an electric car overnight?'], ['h', 'Yes, there are four points in the garage, 11 kW each. Shall I keep one for you?'], ['g', 'Please. I arrive on Friday at about nine in the evening.']] },
  { guest: 'Hanako Mori', page: '/breakfast', labels: ['breakfast'], turns: [
    ['g', 'We leave at five in the morning on Sunday. Is there anything to eat so early?'], ['h', 'We can put a breakfast box in your fridge the evening before. Coffee is at the desk all night.'], ['g', 'That is very kind, two boxes then.']] },
  { guest: 'Elena Petrova', page: '/contact', labels: ['lost and found'], turns: [
    ['g', 'I think I left a green scarf in room 117 last weekend.'], ['n', 'It is in the drawer behind the desk, tagged 117.'], ['h', 'We have it here, safe in a drawer. Shall we post it to you?'], ['g', 'Yes please! The address is the one on my booking.'], ['h', 'It leaves today.']] },
  { guest: 'Samuel Okoro', page: '/meetings', labels: ['events'], turns: [
    ['g', 'We are twelve people and need a room with a projector on the 3rd, from nine to four.'], ['h', 'The Library would suit you. Lunch in the room or in the restaurant?']] },
  { guest: 'Ingrid Solberg', page: '/stay/301', turns: [['g', 'The Wi-Fi in 301 is a bit slow this evening, is that known?']] },
  { guest: 'Rafael Costa', page: '/rooms/tower', turns: [['g', 'Is the tower room free over New Year? There would be two of us, and a very calm dog.']] },
]

/** What the guests who write by themselves say; the house answers in turn, unless somebody is quicker. */
export const openings: readonly (readonly [guest: string, question: string, answer: string, thanks: string])[] = [
  ['Amelia Hart', 'Hello, is there an iron in the rooms?', 'There is one in every wardrobe, with a board behind the door.', 'Found it, thanks!'],
  ['Dmitri Volkov', 'What time does the bar close tonight?', 'At one. The kitchen takes orders until half past eleven.', 'Great, see you there.'],
  ['Leila Farsi', 'Could somebody bring two more pillows to 214?', 'On their way up.', 'That was quick, thank you.'],
  ['Kenji Sato', 'Which tram goes to the old town?', 'Line 4 from the square in front of us, every ten minutes. It is seven stops.', 'Perfect.'],
  ['Beatriz Lima', 'Podemos guardar as malas depois do check-out?', 'Claro, até à meia-noite, sem custo.', 'Obrigada!'],
  ['Anton Gruber', 'Gibt es morgen eine Stadtführung?', 'Ja, um zehn Uhr, Treffpunkt hier in der Halle. Soll ich Sie anmelden?', 'Ja bitte, zwei Personen.'],
  ['Chloé Martin', 'Le petit-déjeuner est-il servi en chambre ?', 'Oui, de sept à dix heures. Le menu est sur la table de nuit.', 'Merci beaucoup.'],
  ['陈伟', '请问附近有药店吗？', '有的，出门左转两百米，晚上十点关门。', '谢谢！'],
  ['Grace Mwangi', 'Do you have adapters for British plugs?', 'We do, at the desk. Shall we send one up?', 'I will come down, thanks.'],
  ['Luca Bianchi', 'Is the pool heated?', 'It is, 28 degrees, and open from seven in the morning.', 'Lovely.'],
]

export const canned: readonly (readonly [shortcut: string, text: string])[] = [
  ['hello', 'Hello {{contact.name}}, this is {{agent.name}} at the front desk. What can I do for you?'],
  ['late', 'Of course. I have noted a late check-out at 13:00 for you.'],
  ['wifi', 'The network is called Lantern; the password is on the card in your room.'],
  ['breakfast', 'Breakfast is from 7:00 to 10:30 on the ground floor, on Sundays until 11:30.'],
  ['parking', 'The garage is open day and night, 18 € a night, with four charging points.'],
  ['taxi', 'A taxi to the station takes ten minutes. Shall I call one?'],
  ['moment', 'One moment please, I am asking a colleague.'],
  ['bye', 'It was a pleasure. Have a lovely day, {{contact.name}}.'],
]
