/**
 * Reading aloud and dictation, for hands that carry bags. Both are off until the shopper turns them on, since a phone
 * that speaks is heard by everybody, and a browser may send what it hears to its maker.
 */
import { deviceStorage } from '../device-storage.ts';

export type VoiceChoice = 'readAloud' | 'writeByVoice';

interface Recognition extends EventTarget {
  lang: string;
  continuous: boolean;
  start(): void;
  stop(): void;
}
interface RecognitionResults extends Event {
  resultIndex: number;
  results: ArrayLike<ArrayLike<{ transcript: string }> & { isFinal: boolean }>;
}
type RecognitionType = new () => Recognition;

const recognitionType = (): RecognitionType | undefined => {
  const browser = window as {
    SpeechRecognition?: RecognitionType;
    webkitSpeechRecognition?: RecognitionType;
  };
  return browser.SpeechRecognition ?? browser.webkitSpeechRecognition;
};

/** What this browser can do. */
export const voiceChoices = (): VoiceChoice[] => [
  ...('speechSynthesis' in window ? (['readAloud'] as const) : []),
  ...(recognitionType() ? (['writeByVoice'] as const) : []),
];

const keyOf = (choice: VoiceChoice): string => `aislechat:voice:${choice}`;

export const isChosen = (choice: VoiceChoice): boolean =>
  deviceStorage.get(keyOf(choice)) !== null && voiceChoices().includes(choice);

export function choose(choice: VoiceChoice, isWanted: boolean): void {
  if (isWanted) deviceStorage.set(keyOf(choice), 'on');
  else deviceStorage.remove(keyOf(choice));
  if (choice === 'readAloud' && !isWanted) speechSynthesis.cancel();
}

export function speak(text: string, locale: string): void {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = locale;
  speechSynthesis.speak(utterance);
}

export interface DictationOptions {
  locale: string;
  /** Called with each phrase. */
  onText: (text: string) => void;
  /** Called once, when it has ended. */
  onEnd: (hasFailed: boolean) => void;
}

/** Turns speech into text until it is stopped, or the speaker is silent. @returns a function that stops it */
export function dictate({ locale, onText, onEnd }: DictationOptions): () => void {
  const recognition = new (recognitionType()!)();
  let hasFailed = false;
  recognition.lang = locale;
  recognition.continuous = true;
  recognition.addEventListener('result', (event) => {
    const { resultIndex, results } = event as RecognitionResults;
    for (let n = resultIndex; n < results.length; n++) {
      const result = results[n]!;
      if (result.isFinal) onText(result[0]!.transcript.trim());
    }
  });
  recognition.addEventListener('error', (event) => {
    // Silence, and stopping, are no failures.
    hasFailed = !['no-speech', 'aborted'].includes((event as Event & { error: string }).error);
  });
  recognition.addEventListener('end', () => onEnd(hasFailed));
  recognition.start();
  return () => recognition.stop();
}
