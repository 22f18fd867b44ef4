// What Lab alone says, in both languages: no other door loads it.

import { lab as en } from "../words/en/lab.js";
import { language } from "../words/language.js";
import { lab as zh } from "../words/zh/lab.js";

export function labWords(): typeof en {
  return language() === "zh" ? zh : en;
}
