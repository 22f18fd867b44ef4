// Bytes as text, for what carries text only.

export async function encode(bytes: Blob): Promise<string> {
  const reader = new FileReader();
  await new Promise((resolve, reject) => {
    reader.onload = resolve;
    reader.onerror = reject;
    reader.readAsDataURL(bytes);
  });
  const address = String(reader.result);
  return address.slice(address.indexOf(",") + 1);
}

export function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
