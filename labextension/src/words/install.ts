// Commands that mend an installation, or show it; the same in every language.

export const INSTALL = "pip install jupyter_tornchat\njupyter server extension list";
export const INSTALL_ANEW = "pip install --force-reinstall jupyter_tornchat";
