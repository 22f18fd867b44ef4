// The chat's sign in Lab: a speech bubble that follows the theme.

import { LabIcon } from "@jupyterlab/ui-components";

export const icon = new LabIcon({
  name: "jupyter-tornchat:chat",
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-8l-6 5v-5H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Z"/></svg>',
});
