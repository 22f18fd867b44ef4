// <tornchat-data>: one object that a program sent in several types. Loaded with the first message that
// has one.
//
// Rule: what is shown is the first type that is known here. What is whole only in a file, such as a
// table or a chart's data, is there to keep; nothing of it is read or run by this page.

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { define } from "../panel/define.js";
import { controls } from "../panel/style.js";
import type { Output, StoredFile } from "../protocol.js";
import { words } from "../words.js";
import type { Address } from "./address.js";
import { contentStyle } from "./content.js";
import { files } from "./file.js";
import { isPicture, isShown, output } from "./output.js";

export function data(outputs: readonly Output[], address: Address): TemplateResult {
  return html`<tornchat-data .outputs=${outputs} .address=${address}></tornchat-data>`;
}

class Data extends LitElement {
  static override properties = { outputs: { attribute: false }, address: { attribute: false } };
  declare outputs: readonly Output[];
  /** Where the bytes of a file lie. */
  declare address: Address;

  protected override render(): TemplateResult {
    const shown = this.outputs.find((one) => isPicture(one) || (!one.file && isShown(one)));
    const kept = this.outputs.filter((one) => one.file && !isPicture(one));
    return html`<div class="object" role="group" aria-label=${words().object.label}>
      ${shown ? this.#show(shown) : nothing}${kept.map((one) => this.#keep(one))}
    </div>`;
  }

  #show(shown: Output): unknown {
    const { file } = shown;
    if (!file) return output(shown, ({ hash }) => this.address(hash));
    return html`${files([file], this.address)}${smaller(shown.text ?? "", file)}`;
  }

  #keep({ text, file }: Output): TemplateResult {
    return html`<div class="kept">
      ${text ? html`<bdi class="quiet">${text}</bdi>` : nothing}
      ${file ? files([file], this.address) : nothing}
    </div>`;
  }

  static override styles = [
    controls,
    contentStyle,
    css`
      :host {
        display: block;
        max-width: 100%;
      }
      .object {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
      }
      .kept {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 0.75em;
        font-size: 0.9em;
      }
      .kept bdi {
        min-width: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];
}

/** Says of a picture that was made smaller how large it is. */
function smaller(was: string, { width, height }: StoredFile): TemplateResult | typeof nothing {
  const now = [width, height].map((side = 0) => side.toLocaleString("en")).join(" × ");
  const isSize = /^[\d,]+ × [\d,]+$/.test(was) && was !== now;
  return isSize ? html`<p class="quiet">${words().object.smaller(was)}</p>` : nothing;
}

define("tornchat-data", Data);
