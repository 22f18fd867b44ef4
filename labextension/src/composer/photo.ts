// What is done to a picture before it leaves the browser.
//
// Rule: a photo tells where and when it was taken, and with what. So what can be decoded here is drawn
// anew, and only its pixels leave; a GIF stays as it is, for it may move. What cannot be decoded goes
// as the file that it is.

/** Pixels of the longer side. */
export const LONGEST = 2048;
/** A PNG that is bigger (bytes) is no drawing or screenshot but a photo. */
export const DRAWING = 1024 * 1024;
const QUALITY = 0.87;
const ENDINGS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
};

/** The file as it is to be sent: a picture without what its camera noted, anything else as it is. */
export async function develop(file: File): Promise<File> {
  if (!(file.type in ENDINGS)) return file;
  try {
    return await redraw(file);
  } catch {
    return file;
  }
}

async function redraw(file: File): Promise<File> {
  const pixels = await createImageBitmap(file);
  try {
    const drawn = await encode(draw(pixels), file.type);
    const photo = drawn.type === "image/png" && drawn.size > DRAWING;
    return named(file, photo ? await encode(draw(pixels, "#fff"), "image/jpeg") : drawn);
  } finally {
    pixels.close();
  }
}

/** Drawn on a canvas, smaller where it is too long; on a ground where transparency is lost. */
function draw(pixels: ImageBitmap, ground?: string): HTMLCanvasElement {
  const scale = Math.min(1, LONGEST / Math.max(pixels.width, pixels.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(pixels.width * scale));
  canvas.height = Math.max(1, Math.round(pixels.height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser cannot draw");
  if (ground) {
    pen.fillStyle = ground;
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  pen.imageSmoothingQuality = "high";
  pen.drawImage(pixels, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** A browser that cannot write a type writes PNG instead. */
function encode(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("this browser cannot write it"))),
      type,
      QUALITY,
    ),
  );
}

/** The name stays; its ending tells what the picture is now. */
function named(file: File, drawn: Blob): File {
  const same = drawn.type === file.type;
  const name = same ? file.name : `${file.name.replace(/\.\w+$/, "")}.${ENDINGS[drawn.type]}`;
  return new File([drawn], name, { type: drawn.type });
}
