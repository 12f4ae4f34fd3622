# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the pages of the drift check look: light and dark, from a phone to a desktop, without anything from elsewhere."""

SHEET = """
:root { color-scheme: light dark; --page: #f4f6f8; --card: #fff; --text: #17212b; --soft: #51606e; --line: #d8dfe6;
  --good: #17663a; --good-back: #e1f3e8; --warn: #7a4b00; --warn-back: #fdf0d5; --bad: #9b1c1c;
  --bad-back: #fde7e7; --accent: #0b5cab; }
@media (prefers-color-scheme: dark) { :root { --page: #10161c; --card: #1a232c; --text: #e8edf2; --soft: #a5b3c0;
  --line: #33414e;
  --good: #8fdcab; --good-back: #143323; --warn: #f4c877; --warn-back: #3a2b0d; --bad: #f5a3a3;
  --bad-back: #401919; --accent: #86bdf5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
main.wide { max-width: 88rem; }
header { margin-bottom: 1.25rem; }
nav { margin-bottom: .75rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.15rem; margin: 0 0 .6rem; }
h3 { font-size: 1rem; margin: 1.1rem 0 .5rem; }
p { margin: 0 0 .6rem; }
a { color: var(--accent); text-underline-offset: .2em; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px;
  border-radius: .2rem; }
/* A name in letters that run from right to left must not turn what stands beside it. */
a, code, strong, span { unicode-bidi: isolate; }
.soft, footer, small { color: var(--soft); font-size: .92rem; }
small { display: block; font-weight: 400; font-size: .86rem; line-height: 1.4; }
.verdict { display: block; margin: .8rem 0 0; padding: .8rem 1rem; border-radius: .6rem; font-weight: 600; }
.good { color: var(--good); background: var(--good-back); }
.warn { color: var(--warn); background: var(--warn-back); }
.bad { color: var(--bad); background: var(--bad-back); }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem;
  margin: 0 0 1rem; padding: 0; }
.numbers div, section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
.numbers div { padding: .7rem .9rem; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.numbers dt { color: var(--soft); font-size: .88rem; }
.numbers dd { margin: 0; font-size: 1.6rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
section { padding: 1rem 1.1rem; margin-bottom: 1rem; }
table { width: 100%; border-collapse: collapse; font-size: .94rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; }
td { font-variant-numeric: tabular-nums; }
thead th { color: var(--soft); font-weight: 600; font-size: .85rem; }
tbody th { font-weight: 600; min-width: 9rem; }
tbody tr:last-child > * { border-bottom: 0; }
.values th, .values td { width: 25%; font-weight: 400; }
.values th:first-child { width: 50%; }
.values strong { display: block; font-weight: 650; }
.wide tbody td { min-width: 5.5rem; }
code { font: .88em/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: pre-wrap; }
.whole { white-space: nowrap; }
section > :last-child, .differences li > :last-child { margin-bottom: 0; }
table + p { margin-top: .6rem; }
.differences, .plain { list-style: none; margin: 0; padding: 0; }
.differences li { padding: .6rem 0; border-top: 1px solid var(--line); }
summary { color: var(--soft); font-size: .92rem; cursor: pointer; }
.differences li:first-child { border-top: 0; padding-top: 0; }
.chip { display: inline-block; white-space: nowrap; border-radius: 1rem; padding: 0 .6rem; font-size: .84rem;
  font-weight: 600;
  color: var(--soft); border: 1px solid var(--line); }
.chip.good, .chip.warn, .chip.bad { border-color: transparent; }
.chip.good { color: var(--good); }
.chip.warn { color: var(--warn); }
.chip.bad { color: var(--bad); }
@media (max-width: 52rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr, tbody th, tbody td, .values th, .values td { display: block; width: auto; border: 0; padding: .1rem 0; }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  tbody tr:last-child { border-bottom: 0; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
}
"""
