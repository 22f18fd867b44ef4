// Rows that must stay in the DOM though they left the view: what has the focus, what is selected.

/** The row that something lies in, or null. */
export function rowOf(node: unknown): number | null {
  const element = node instanceof Element ? node : node instanceof Node ? node.parentElement : null;
  const row = element?.closest<HTMLElement>(".row");
  return row ? Number(row.dataset.index) : null;
}

/** Whether something is selected in the page; asking for it anew would lay the page out each time. */
let selecting = false;
document.addEventListener("selectionchange", () => {
  selecting = getSelection()?.type === "Range";
});

/** A list that drops them would end a selection, and take the keyboard's place away. */
export function heldRows(root: ShadowRoot): number[] {
  const focused = rowOf(root.querySelector(".row:focus-within"));
  const [from, to] = selectedRows(root);
  const rows = focused === null ? [] : [focused];
  for (let row = from; row <= to; row++) rows.push(row);
  return rows;
}

/** The first and the last row of a selection within the list; nothing selected: none. */
function selectedRows(root: ShadowRoot): [number, number] {
  const none: [number, number] = [0, -1];
  const selection = selecting ? getSelection() : null;
  if (selection?.type !== "Range") return none;
  const range = selection.getComposedRanges?.({ shadowRoots: [root] })[0];
  const rows = [rowOf(range?.startContainer), rowOf(range?.endContainer)];
  const [from, to] = rows;
  return from === null || to === null || from === undefined || to === undefined ? none : [from, to];
}
