/** The English texts of the dialogs. They come with them, because few readers of a chat need them. */
export const dialogWords = {
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  photoOf: 'Photo {number} of {count}',
  caption: 'Add a caption',
  rotate: 'Rotate',
  remove: 'Remove',
  reportWhy: 'What is wrong?',
  abusive_language: 'Abusive language',
  harassment: 'Harassment',
  asked_for_payment: 'Asked for money',
  personal_details: 'Personal details',
  spam: 'Advertising',
  other: 'Something else',
  reportWhich: 'Which messages?',
  reportMost: 'Up to ten',
  reportHint: 'The store can read the chat until it is deleted.',
  sendReport: 'Send the report',
  reportFailed: 'Your report could not be sent. Try again.',
  reportFull: 'Your report already has as many messages as it can have.',
  reported: 'Thank you. The store will look at it.',
};

export type DialogWords = Record<keyof typeof dialogWords, string>;
