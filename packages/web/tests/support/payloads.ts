/** 500 texts with script payloads. Each that succeeds calls `executed`. */
const call = 'executed(1)';

const vectors = [
  `<script>${call}</script>`,
  `<img src=x onerror=${call}>`,
  `<svg onload=${call}>`,
  `<svg><animate onbegin=${call} attributeName=x dur=1s>`,
  `<iframe srcdoc="<script>parent.${call}</script>"></iframe>`,
  `<iframe src="javascript:parent.${call}"></iframe>`,
  `<a href="javascript:${call}" autofocus onfocus=${call}>tap</a>`,
  `<details open ontoggle=${call}>`,
  `<video><source onerror=${call}></video>`,
  `<input autofocus onfocus=${call}>`,
  `<body onload=${call}>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${call}>`,
  `<template><script>${call}</script></template>`,
  `<object data="javascript:${call}">`,
  `<embed src="javascript:${call}">`,
  `<form><button formaction="javascript:${call}" autofocus>`,
  `<meta http-equiv="refresh" content="0;url=javascript:${call}">`,
  `<base href="javascript:${call}//">`,
  `<link rel=stylesheet href="data:text/css,*{}" onload=${call}>`,
  `\${${call}}`,
  `{{constructor.constructor('${call}')()}}`,
  `javascript:${call}`,
  `<!--><img src=x onerror=${call}>-->`,
  `<style>@import 'javascript:${call}';</style>`,
  `<x onpointerover=${call} style="position:fixed;inset:0">`,
];

const wrappings: ((vector: string) => string)[] = [
  (v) => v,
  (v) => `">${v}`,
  (v) => `'>${v}`,
  (v) => `\`>${v}`,
  (v) => `</textarea>${v}`,
  (v) => `</title>${v}`,
  (v) => `</style></script>${v}`,
  (v) => `--!>${v}`,
  (v) => `]]>${v}`,
  (v) => v.toUpperCase().replaceAll('EXECUTED', 'executed'),
  (v) => v.replaceAll(' ', '/'),
  (v) => v.replaceAll(' ', '\n'),
  (v) => v.replaceAll(' ', '\t'),
  (v) => v.replaceAll('<', '<\u200b<'),
  (v) => `<div>${v}</div>`,
  (v) => `<noscript><p title="</noscript>${v}">`,
  (v) => `${v}${v}`,
  (v) => v.replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  (v) => encodeURIComponent(v),
  (v) => `\u202e${v}`,
];

export const payloads: string[] = wrappings
  .flatMap((wrap) => vectors.map((vector) => wrap(vector)))
  .map((text, n) => `${text} ${n}`);
