/**
 * Draws the API reference from the server's OpenAPI document. Path parameters start with the document's examples, so
 * that the shown request can be sent. Without that, the explorer shows a `-` for each.
 */
interface Explorer extends HTMLElement {
  loadSpec(description: unknown): Promise<void>;
}
interface Description {
  paths: Record<string, Record<string, { parameters: Parameter[]; deprecated?: boolean }>>;
}
/** A parameter or a reference to one. Path parameters are never references. */
interface Parameter {
  in?: string;
  example?: string;
  schema: { default?: string };
}

export async function drawReference(explorer: Explorer, address: string): Promise<void> {
  await customElements.whenDefined('openapi-explorer');
  const answer = await fetch(address);
  // The explorer itself reports that there is no document.
  if (!answer.ok) return explorer.setAttribute('spec-url', address);
  const description: Description = await answer.json();
  for (const path of Object.values(description.paths)) {
    for (const operation of Object.values(path)) {
      // The explorer would fade the name until it is hard to read. The name already says that the path is the older
      // one.
      delete operation.deprecated;
      for (const parameter of operation.parameters) {
        if (parameter.in === 'path' && parameter.example !== undefined)
          parameter.schema.default = parameter.example;
      }
    }
  }
  await explorer.loadSpec(description);
}
