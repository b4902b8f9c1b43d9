/** A pattern of one character that can be seen: neither white space nor one of Unicode's invisible ones. */
export const visibleCharacter = '[^\\s\\p{Cc}\\p{Default_Ignorable_Code_Point}\\u2800]';

const visible = new RegExp(visibleCharacter, 'u');

/** Whether a person sees anything of it. */
export const isVisible = (text: string): boolean => visible.test(text);
