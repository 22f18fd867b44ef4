// The page's turns: one with each frame of the browser, or now and then where it draws none.
//
// Rule: what a turn brings about belongs to the same turn. So what came in, who is told of it and what
// is drawn of it are one frame, however much came.

/** A page that is not drawn (a hidden tab) has its turns this often (milliseconds). */
const UNDRAWN = 250;

let next: Promise<void> | null = null;

/** Waits for the next turn; within one it is there already. */
export function turn(): Promise<void> {
  next ??= new Promise((begin) => {
    const end = () => {
      next = null;
      for (const frame of frames) cancelAnimationFrame(frame);
      for (const timer of timers) clearTimeout(timer);
    };
    // Between the two runs whatever waits for the first, and what that makes wait.
    const frames = [begin, end].map((part) => requestAnimationFrame(() => part()));
    const timers = [begin, end].map((part) => setTimeout(part, UNDRAWN));
  });
  return next;
}
