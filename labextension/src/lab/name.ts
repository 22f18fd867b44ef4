// A name, asked by Lab's own dialog: for what is done while no panel is there to ask.

import { InputDialog } from "@jupyterlab/apputils";
import type { Session } from "../session/session.js";
import { saysNo, words } from "../words.js";

/** Whether one has a name now; whoever has none is asked until it is a good one, or they go. */
export async function named(session: Session): Promise<boolean> {
  if (session.named || (await session.namedElsewhere().catch(() => false))) return true;
  const t = words();
  let label = t.yourName;
  for (;;) {
    const { value, button } = await InputDialog.getText({
      title: t.askName,
      label,
      okLabel: t.join,
    });
    if (!button.accept) return false;
    label = await refusal(session, value?.trim() ?? "");
    if (!label) return true;
  }
}

/** Why a name cannot be mine; nothing where it is. */
async function refusal(session: Session, name: string): Promise<string> {
  if (!name) return words().emptyName;
  try {
    await session.rename(name);
    return "";
  } catch (error) {
    return noIn(error);
  }
}

/** What the server said no to, in the reader's words. */
export function noIn(error: unknown): string {
  const { no } = error as { no?: { code: string; reason: string } };
  if (!no) throw error;
  return saysNo(no.code, no.reason);
}
