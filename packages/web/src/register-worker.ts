/**
 * Registers a service worker. Under Trusted Types its address must come from the policy that the server allows for this
 * purpose.
 */
export function registerWorker(path: string, scope: string): void {
  if (!('serviceWorker' in navigator)) return;
  const types = (window as unknown as { trustedTypes?: TrustedTypes }).trustedTypes;
  const script = types
    ? types.createPolicy('aislechat-worker', { createScriptURL: () => path }).createScriptURL(path)
    : path;
  navigator.serviceWorker.register(script as string, { scope }).catch(() => {
    // Without the worker the page still works while there is a network.
  });
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(text: string): string },
  ): { createScriptURL(text: string): unknown };
}
