/** How the demo's page looks, in light and in dark. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark; --back: #f4efe7; --card: #fffdf9; --bot: #ffffff; --person: #2f6b52; --person-ink: #ffffff;
  --ink: #24292d; --quiet: #62676c; --line: #e4dccf; --accent: #b2561c; --error: #c24a35; --shadow: 0 1px 2px #3b2d1a1f, 0 6px 22px #3b2d1a14;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #17191c; --card: #1f2226; --bot: #2a2e33; --person: #35785c; --ink: #ecebe7; --quiet: #9ca2a8; --line: #33383e;
    --accent: #e99258; --error: #e57763; --shadow: 0 1px 2px #0006, 0 6px 22px #0004;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1 { margin: 0; font-size: 2.4rem; line-height: 1.1; letter-spacing: -.02em; }
h2 { margin: 3rem 0 .3rem; font-size: 1.3rem; letter-spacing: -.01em; }
.lead { max-width: 44rem; margin: .6rem 0 0; font-size: 1.1rem; }
.quiet { margin: .2rem 0 1rem; color: var(--quiet); font-size: .92rem; max-width: 48rem; }
img { display: block; border-radius: .7rem; background: var(--line); object-fit: cover; max-width: 100%; }

.facts { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.6rem 0 0; padding: 0; list-style: none; }
.facts li { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: .6rem 1rem; min-width: 8rem; }
.facts b { display: block; font-size: 1.35rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.facts span { color: var(--quiet); font-size: .85rem; }

.card { background: var(--card); border: 1px solid var(--line); border-radius: 1.2rem; box-shadow: var(--shadow); padding: 1.4rem; }
.comparison { display: grid; grid-template-columns: minmax(9rem, 13rem) 1fr; gap: 2rem; align-items: start; }
.album { display: grid; grid-template-columns: repeat(2, 1fr); gap: .5rem; }
.album img { width: 100%; aspect-ratio: 1; }
.caption { margin: 0 0 .6rem; font-weight: 600; }
.pairs { display: grid; grid-template-columns: auto repeat(3, 1fr); gap: .6rem .7rem; align-items: center; }
.pairs .row { writing-mode: vertical-rl; transform: rotate(180deg); text-align: center; color: var(--quiet); font-size: .85rem; }
.pairs .row.pet { color: var(--accent); font-weight: 700; }
.pairs .place { font-weight: 600; line-height: 1.25; font-size: .95rem; align-self: end; }
.pairs img { width: 100%; aspect-ratio: 1; }
.pairs img.pet { outline: 3px solid var(--accent); outline-offset: 2px; }

.chat { display: flex; flex-direction: column; gap: .5rem; padding: 1.6rem; }
.turn { display: flex; flex-direction: column; gap: .5rem; }
.turn + .turn { margin-top: 1.3rem; }
.bubble { padding: .6rem 1rem; border-radius: 1.15rem; width: fit-content; max-width: min(85%, 38rem); white-space: pre-line; overflow-wrap: anywhere; }
.person { background: var(--person); color: var(--person-ink); align-self: flex-end; border-bottom-right-radius: .3rem; }
.bot { background: var(--bot); border: 1px solid var(--line); border-bottom-left-radius: .3rem; }
.bot.error { border-left: .3rem solid var(--error); }
.bot code { font: inherit; color: var(--accent); font-weight: 600; }
.photos { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: .35rem; max-width: 85%; align-self: flex-end; }
.photos img, .photos .broken { width: 4.6rem; height: 4.6rem; border-radius: .6rem; }
.photos .broken { display: grid; place-content: center; text-align: center; border: 1.5px dashed var(--error); color: var(--error); font-size: .72rem; line-height: 1.3; }
.pictures { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .6rem; }
.pictures img { height: 11rem; object-fit: contain; }
.strip { display: flex; flex-wrap: wrap; gap: .6rem; margin: .6rem 0 .2rem; }
.strip figure { margin: 0; } .strip img { width: 6rem; height: 6rem; }
.strip figcaption { color: var(--quiet); font-size: .78rem; text-align: center; margin-top: .15rem; font-variant-numeric: tabular-nums; }
.bar { height: .45rem; border-radius: 1rem; background: var(--line); overflow: hidden; margin: .35rem 0; width: 20rem; max-width: 100%; }
.bar i { display: block; height: 100%; background: var(--accent); border-radius: 1rem; }
.passed { color: var(--quiet); font-size: .86rem; }
.pressed { align-self: flex-end; border: 1.5px solid var(--person); color: var(--person); border-radius: 2rem; padding: .25rem 1rem; font-size: .9rem; }
.pressed::before { content: '☝ '; }
.note { color: var(--quiet); font-size: .82rem; margin: 0 .4rem; font-variant-numeric: tabular-nums; }
h3 { margin: 2.2rem 0 .3rem; font-size: 1.1rem; }
.scenes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 1rem; align-items: start; }
.scene { display: flex; flex-direction: column; gap: .5rem; padding: 1rem; min-width: 0; }
.scene .bubble { max-width: 100%; font-size: .9rem; }
.scene .bubble.person { align-self: flex-end; }
.scene .bubble img { width: 100%; margin-bottom: .5rem; }
.where { margin: 0; color: var(--quiet); font-size: .82rem; font-weight: 600; overflow-wrap: anywhere; }
.keys { display: flex; flex-wrap: wrap; gap: .3rem; }
.key { flex: 1 1 auto; border: 1px solid var(--line); background: var(--bot); border-radius: .6rem; padding: .3rem .35rem; font-size: .8rem; text-align: center; }
.key.marked { border-color: var(--accent); font-weight: 700; }
.file { display: block; margin-top: .3rem; font-weight: 600; }
.telephone { margin: 0 auto; width: min(100%, 390px); }
.telephone img { width: 100%; border: .5rem solid var(--ink); border-radius: 2rem; }
.telephone figcaption { margin-top: .4rem; color: var(--quiet); font-size: .82rem; text-align: center; }
.table { margin-top: 1rem; overflow-x: auto; }
table { margin-top: .6rem; border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .8rem .25rem 0; text-align: start; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; }
footer { margin-top: 2rem; color: var(--quiet); font-size: .88rem; }
@media (max-width: 44rem) {
  .comparison { grid-template-columns: 1fr; } .album { grid-template-columns: repeat(6, 1fr); }
  .comparison { padding: 1rem; gap: 1.2rem; } .pairs { gap: .4rem; } .pairs .place { font-size: .8rem; }
  .chat { padding: 1rem; } .bubble { max-width: 94%; } .pictures img { height: 8rem; }
}
`;
