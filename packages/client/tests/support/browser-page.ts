/** The beginning of the page in Chromium: its work is handed over when it has loaded, its storage is the browser's. */
import { webStorage } from '@aislechat/client';
import { openPage, type SendingPage, type Work } from './sending-page.ts';

declare const window: {
  localStorage: Parameters<typeof webStorage>[0];
  sending?: SendingPage;
  open(work: Work): void;
};

window.open = (work) => {
  window.sending = openPage(work, webStorage(window.localStorage));
};
