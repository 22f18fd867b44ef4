// The chat's signs in Lab, which follow the theme: a speech bubble, one with a tick, and one into
// which something goes.

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
