export const guestNames = ['Ines Duarte', 'Tom Okello', 'Mina Aydın'] as const
export const questions = [
  'Good evening! Is somebody at the desk?', 'Could we have two more towels?', 'Is the sauna open tonight?', 'Which bus goes to the harbour?', 'May we check out at noon?', 'Is there oat milk at breakfast?',
  'Can you wake us at six?', 'Where do we leave the bicycles?', 'The lamp by the window flickers.', 'Is the lake warm enough to swim?',
] as const
export const answers = [
  'Somebody always is.', 'They are on their way up.', 'Until eleven.', 'Number four, from the pier.', 'Noon is fine.', 'There is, and barley coffee.', 'Six it is.', 'In the courtyard, under the fig tree.', 'We are sending Milo with a new one.', 'If you are brave.',
] as const
