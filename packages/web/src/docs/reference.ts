/**
 * Draws the reference from the server's own description. Parameters of a path begin with the description's examples, so
 * that the request that is shown is one that can be sent; without that the explorer shows a `-` for each.
 */
interface Explorer extends HTMLElement {
  loadSpec(description: unknown): Promise<void>;
}
interface Description {
  paths: Record<string, Record<string, { parameters: Parameter[]; deprecated?: boolean }>>;
}
/** Or a reference to one, which is none of a path. */
interface Parameter {
  in?: string;
  example?: string;
  schema: { default?: string };
}

export async function drawReference(explorer: Explorer, address: string): Promise<void> {
  await customElements.whenDefined('openapi-explorer');
  const answer = await fetch(address);
  // It tells by itself that there is no description.
  if (!answer.ok) return explorer.setAttribute('spec-url', address);
  const description: Description = await answer.json();
  for (const path of Object.values(description.paths)) {
    for (const operation of Object.values(path)) {
      // The explorer would fade its name until it is hard to read. The name says that the path is the older one.
      delete operation.deprecated;
      for (const parameter of operation.parameters) {
        if (parameter.in === 'path' && parameter.example !== undefined)
          parameter.schema.default = parameter.example;
      }
    }
  }
  await explorer.loadSpec(description);
}
