/**
 * Empties a form and sends what was in it. The form is emptied first, because what is typed meanwhile is the next
 * entry. If sending fails, fields that are still empty get their values back.
 */
export async function submitting<T>(form: HTMLFormElement, send: () => Promise<T>): Promise<T> {
  const entries = [...new FormData(form)];
  form.reset();
  try {
    return await send();
  } catch (error) {
    for (const [name, value] of entries) {
      const field = form.elements.namedItem(name);
      if (field instanceof HTMLInputElement && field.value === '') field.value = String(value);
    }
    throw error;
  }
}
