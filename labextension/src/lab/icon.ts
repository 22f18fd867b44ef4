// The chat's signs in Lab, which follow the theme: a speech bubble, one with a tick, one into which
// something goes, and one that asks.

import { LabIcon } from "@jupyterlab/ui-components";

export const icon = new LabIcon({
  name: "jupyter-tornchat:chat",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-8l-6 5v-5H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Z"/></svg>',
});

export const doneIcon = new LabIcon({
  name: "jupyter-tornchat:done",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-8l-6 5v-5H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Zm6.8 11.5 6-6-1.4-1.4-4.6 4.6-2.2-2.2-1.4 1.4Z"/></svg>',
});

export const shareIcon = new LabIcon({
  name: "jupyter-tornchat:share",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-8l-6 5v-5H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Zm8 2.5L7.5 10H11v4.5h2V10h3.5Z"/></svg>',
});

export const helpIcon = new LabIcon({
  name: "jupyter-tornchat:help",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-8l-6 5v-5H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Zm8 2a3 3 0 0 0-3 3h1.8A1.2 1.2 0 1 1 12 9.3c-.6.3-.9.8-.9 1.5v.7h1.8v-.5c0-.3.2-.5.5-.7A3 3 0 0 0 12 5Zm-1 7.800v2h2v-2Z"/></svg>',
});
