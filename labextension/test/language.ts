// What the bundle does before anything is shown: its reader's language is there.

import { speak } from "../src/words.js";

await speak();
