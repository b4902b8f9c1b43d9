import { limits } from './limits.ts';

/** A pattern that matches one visible character: not white space, and not one of Unicode's invisible characters. */
export const visibleCharacter = '[^\\s\\p{Cc}\\p{Default_Ignorable_Code_Point}\\u2800]';

const visible = new RegExp(visibleCharacter, 'u');

/** The slug of a banner. */
export const bannerPattern = `^[a-z0-9-]{1,${limits.bannerCharacters}}$`;

const banner = new RegExp(bannerPattern);

export const isBannerSlug = (text: string): boolean => banner.test(text);

/** Whether a text has at least one visible character. */
export const isVisible = (text: string): boolean => visible.test(text);
