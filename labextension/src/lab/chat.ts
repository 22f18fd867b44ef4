// The chat as the parts of Lab's plugin share it: where it is, its one UI, what its person has set.
//
// Rule: whatever is not in both JupyterLab and Notebook 7 is optional, here and in every other part.

import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { PageConfig } from "@jupyterlab/coreutils";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { ITranslator } from "@jupyterlab/translation";
import { Token } from "@lumino/coreutils";
import { type ISignal, Signal } from "@lumino/signaling";
import { loadUI, type UI } from "../home.js";
import { DEFAULT_ROOM } from "../protocol.js";
import type { Level } from "../session/attention.js";
import type { Session } from "../session/session.js";
import { speak, words } from "../words.js";
import { labWords } from "./lab.words.js";

export const ID = "jupyter-tornchat:plugin";

/** What a person sets; schema/plugin.json says what each is. */
export interface Settings {
  readonly room: string;
  readonly notices: Level;
  readonly statusBar: boolean;
  /** The help desk that is asked; all that are open to choose from where it is empty. */
  readonly helpRoom: string;
}

const DEFAULTS: Settings = {
  room: DEFAULT_ROOM,
  notices: "mentions",
  statusBar: true,
  helpRoom: "",
};

export interface IChat {
  /** Its address, ending in "/". */
  readonly base: string;
  /** The UI of this browser page; null where the server has no chat. */
  readonly ui: Promise<UI | null>;
  /** Null until the UI is there. */
  readonly session: Session | null;
  /** The session is there, or something in it is new. */
  readonly changed: ISignal<IChat, void>;
  readonly settings: Settings;
  readonly settingsChanged: ISignal<IChat, void>;
  /** Whether the person said so; else it is what comes with the chat. */
  isSet(name: keyof Settings): boolean;
  /** Sets it as if the person had done so in Lab. */
  set<Name extends keyof Settings>(name: Name, value: Settings[Name]): void;
}

export const IChat = new Token<IChat>("jupyter-tornchat:IChat", "The chat of this window");

class Chat implements IChat {
  readonly base = `${PageConfig.getBaseUrl()}tornchat/`;
  readonly ui: Promise<UI | null>;
  session: Session | null = null;
  settings = DEFAULTS;
  readonly changed = new Signal<this, void>(this);
  readonly settingsChanged = new Signal<this, void>(this);
  #kept: ISettingRegistry.ISettings | null = null;

  /** Lab comes first: the UI is fetched when everything else is there. */
  constructor(restored: Promise<unknown>) {
    this.ui = restored.then(() => loadUI(this.base)).catch(() => null);
    void this.ui.then((ui) => {
      if (ui) this.#listen(ui.sessionAt(this.base));
    });
  }

  #listen(session: Session): void {
    this.session = session;
    session.watch(() => this.changed.emit());
    session.listen();
    this.changed.emit();
  }

  isSet(name: keyof Settings): boolean {
    return this.#kept?.user[name] !== undefined;
  }

  set<Name extends keyof Settings>(name: Name, value: Settings[Name]): void {
    void this.#kept?.set(name, value);
  }

  async follow(registry: ISettingRegistry): Promise<void> {
    registry.transform(ID, { fetch: translate });
    const kept = await registry.load(ID);
    const read = () => {
      this.settings = { ...DEFAULTS, ...(kept.composite as Partial<Settings>) };
      this.settingsChanged.emit();
    };
    this.#kept = kept;
    kept.changed.connect(read);
    read();
  }
}

export const chat: JupyterFrontEndPlugin<IChat> = {
  id: ID,
  description: "The chat's address, its UI and its settings",
  autoStart: true,
  provides: IChat,
  // The translator is not used, but waited for: Lab's language is known after it.
  optional: [ISettingRegistry, ITranslator],
  activate: async (app, registry: ISettingRegistry | null) => {
    await speak(); // the other parts come after this one
    const chat = new Chat(app.restored);
    if (registry) void chat.follow(registry);
    return chat;
  },
};

/** Lab translates settings only where a language pack has them; so we do it ourselves. */
function translate(plugin: ISettingRegistry.IPlugin): ISettingRegistry.IPlugin {
  const t = labWords();
  const properties = { ...plugin.schema.properties };
  for (const [name, said] of Object.entries(t.settings)) {
    const known = properties[name];
    if (known) properties[name] = { ...known, ...said };
  }
  const { schema } = plugin;
  return {
    ...plugin,
    schema: { ...schema, title: words().chat, description: t.chatHere, properties },
  };
}
