"""A panel and the files that somebody sends from it: picked, pasted and dropped."""

from __future__ import annotations

import base64

from playwright.sync_api import expect

from panel import Panel

PAINT = """async ([width, height, type]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#369";
  pen.fillRect(0, 0, width / 2, height);
  return canvas.toDataURL(type).split(",")[1];
}"""
CARRY = """([files, text]) => {
  const carried = new DataTransfer();
  for (const [name, type, body] of files) {
    const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
    carried.items.add(new File([bytes], name, { type }));
  }
  for (const [type, said] of Object.entries(text)) carried.setData(type, said);
  return carried;
}"""
PASTE = """(box, clipboardData) => !box.dispatchEvent(new ClipboardEvent("paste", {
  clipboardData, bubbles: true, cancelable: true, composed: true,
}))"""


class Desk:
    """A panel, and the files that wait in it."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.page = panel.page
        self.waiting = panel.element.get_by_role("list", name="Files to send").locator("li")
        self.ready = self.waiting.filter(has_text="ready")

    def paint(self, width: int, height: int, type: str = "image/jpeg") -> bytes:
        return base64.b64decode(self.page.evaluate(PAINT, [width, height, type]))

    def pick(self, name: str, type: str, body: bytes) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.panel.element.get_by_role("button", name="Attach files").click()
        chooser.value.set_files({"name": name, "mimeType": type, "buffer": body})

    def paste(self, *files: tuple[str, str, bytes], **text: str) -> bool:
        """Whether the panel took it, so that the browser does nothing more."""
        carried = self._carry(files, text)
        return self.panel.box.evaluate(PASTE, carried)

    def drop(self, *files: tuple[str, str, bytes]) -> None:
        carried = self._carry(files, {})
        onto = self.panel.log
        onto.dispatch_event("dragenter", {"dataTransfer": carried})
        expect(self.panel.element).to_have_attribute("dropping", "")
        onto.dispatch_event("dragover", {"dataTransfer": carried})
        onto.dispatch_event("drop", {"dataTransfer": carried})
        expect(self.panel.element).not_to_have_attribute("dropping", "")

    def _carry(self, files: tuple[tuple[str, str, bytes], ...], text: dict[str, str]) -> object:
        told = [(name, type, base64.b64encode(body).decode()) for name, type, body in files]
        types = {type.replace("_", "/"): said for type, said in text.items()}
        return self.page.evaluate_handle(CARRY, [told, types])

    def remove(self, name: str) -> None:
        self.panel.element.get_by_role("button", name=f"Remove {name}").click()
