import { html, type Html } from '#server/http/html.ts'
import { componentsOf } from '../components.ts'
import { asset, type View } from './view.ts'

/** Without scripts: what is not chosen is not sent, and nothing chosen is all of it. */
function choices(v: View, chosen: readonly string[]): Html {
  const { words, state } = v
  return html`<fieldset><legend class="quiet">${words.onlyText}</legend>${componentsOf(state).filter((c) => !c.retired).map((c) => html`<label><input type="checkbox" name="component" value="${c.id}"${chosen.includes(c.id) ? html` checked` : html``}> <bdi>${c.name}</bdi></label>`)}</fieldset>`
}

export const subscribeSection = (v: View): Html => html`<section class="subscribe" id="subscribe"><h2>${v.words.subscribe}</h2><p>${v.words.subscribeText}</p><form method="post" action="${asset(v, 'subscribe')}"><input type="hidden" name="language" value="${v.words.language}"><label for="email">${v.words.email}</label><div><input id="email" name="email" type="email" required autocomplete="email" maxlength="254"><button>${v.words.subscribeButton}</button></div>
<details><summary>${v.words.only}</summary>${choices(v, [])}</details></form></section>`

/** For who is told already, behind the link of a mail. */
export const chooseForm = (v: View, chosen: readonly string[]): Html =>
  html`<form method="post" class="choose"><h2>${v.words.only}</h2><input type="hidden" name="only" value="1">${choices(v, chosen)}<button class="second">${v.words.onlyButton}</button></form>`
