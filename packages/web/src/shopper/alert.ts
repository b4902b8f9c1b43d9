/** What an open page does when a message arrives for another order: a short sound, and a vibration. */

let audio: AudioContext | undefined;

export function alertShopper(): void {
  navigator.vibrate?.([200, 100, 200]);
  try {
    // Browsers play nothing before the first tap on a page.
    audio ??= new AudioContext();
    const tone = new OscillatorNode(audio, { frequency: 880 });
    const volume = new GainNode(audio, { gain: 0.2 });
    tone.connect(volume).connect(audio.destination);
    const now = audio.currentTime;
    volume.gain.exponentialRampToValueAtTime(0.001, now + 0.4);
    tone.start(now);
    tone.stop(now + 0.4);
  } catch {
    // A device without sound.
  }
}

/** Shows the number of unread messages on the icon of the installed page. */
export function showBadge(unread: number): void {
  const device = navigator as Navigator & {
    setAppBadge?(count: number): Promise<void>;
    clearAppBadge?(): Promise<void>;
  };
  const showing = unread > 0 ? device.setAppBadge?.(unread) : device.clearAppBadge?.();
  showing?.catch(() => {});
}
