/** The parts of a JPEG, to separate its pixels from everything else in the file. */
export interface JpegParts {
  /** Markers before the pixels, such as `e1` for EXIF and XMP. */
  markers: string[];
  /** Bytes after the end of the picture. */
  trailing: number;
}

/** Start, JFIF, tables, frame, Huffman tables, scan: the parts needed to show pixels. */
const pixelMarkers = /^(d8|e0|db|c0|c2|c4|da|dd)$/;

export function partsOf(jpeg: Buffer): JpegParts {
  const markers = ['d8'];
  let at = 2;
  for (;;) {
    const marker = jpeg.readUInt8(at + 1).toString(16);
    markers.push(marker);
    if (marker === 'da') break;
    at += 2 + jpeg.readUInt16BE(at + 2);
  }
  return { markers, trailing: jpeg.length - (jpeg.lastIndexOf(Buffer.from([0xff, 0xd9])) + 2) };
}

/** Every part that is not needed to show pixels. */
export const strangersIn = (jpeg: Buffer): string[] =>
  partsOf(jpeg).markers.filter((marker) => !pixelMarkers.test(marker));
