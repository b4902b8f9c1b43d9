/**
 * Lit in the file of the chat: that of the page, which has run it already. The page's policy lets Lit make its templates'
 * policy only once. The build puts this file in the place of Lit.
 */
export const { css, html, LitElement, nothing, render, svg, unsafeCSS, guard, repeat } = globalThis.pageLit;
