// Refreshes the fragments of a page when something changed, follows logs, and makes the keyboard and the palette
// work. Every page is complete without it.
(() => {
  'use strict';
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const go = path => { location.href = path; };
  const visible = () => document.visibilityState === 'visible';

  // --- Fragments: what the server sends anew is laid over what is here, so that focus, folds, selection and the
  // reader's place stay.
  const KEPT = new Set(['open', 'hidden', 'aria-pressed', 'aria-selected']);
  function morph(old, fresh) {
    if (old.isEqualNode(fresh)) return false;
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || old.id !== fresh.id) { old.replaceWith(fresh); return true; }
    if (old.nodeType !== 1) { if (old.data !== fresh.data) old.data = fresh.data; return true; }
    if (old.matches('time[data-since]') && old.dateTime === fresh.dateTime) return false;
    if (old.matches('[data-countdown]') && old.dataset.countdown === fresh.dataset.countdown) return false;
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !KEPT.has(name)) old.removeAttribute(name);
    for (const { name, value } of [...fresh.attributes]) if (!KEPT.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
    if (old.matches('input, textarea, select') || (old.id === 'log' && tailing())) return true;
    let at = old.firstChild;
    for (const next of [...fresh.childNodes]) {
      const named = next.id && [...old.children].find(child => child.id === next.id);
      if (named) { if (named !== at) old.insertBefore(named, at); else at = at.nextSibling; morph(named, next); continue; }
      if (at && !(at.id && one('#' + CSS.escape(at.id), fresh)) && at.nodeName === next.nodeName && !next.id) { const rest = at.nextSibling; morph(at, next); at = rest; } else old.insertBefore(next, at);
    }
    while (at) { const rest = at.nextSibling; at.remove(); at = rest; }
    return true;
  }

  let pending = false, askedAgain = false, changed = false, unseen = false, asked = 0;
  async function refresh() {
    if (pending) { askedAgain = true; return; }
    pending = true;
    changed = false;
    unseen = !visible();
    asked = Date.now();
    try {
      const answer = await fetch(location.href, { credentials: 'same-origin', headers: { 'X-Samdan-Refresh': unseen ? 'hidden' : 'shown' } });
      if (answer.redirected && answer.url.includes('/sign-in')) { location.reload(); return; }
      if (answer.ok) { lay(new DOMParser().parseFromString(await answer.text(), 'text/html')); heard(); }
    } catch { /* the stream tells when control is back */ } finally {
      pending = false;
      if (askedAgain) { askedAgain = false; setTimeout(refresh, 150); }
    }
  }
  function lay(next) {
    if (next.title && next.title !== document.title) document.title = next.title;
    const icon = one('link[rel=icon]'), newIcon = one('link[rel=icon]', next);
    if (icon && newIcon && icon.getAttribute('href') !== newIcon.getAttribute('href')) icon.setAttribute('href', newIcon.getAttribute('href'));
    if (one('main > .empty') || !next.getElementById('main')) return;
    const fragments = all('[data-live][id]');
    // A page that became another kind of page, such as the first run once a push arrived, is shown whole.
    if (fragments.some(f => f.closest('main') && !next.getElementById(f.id))) { morph(one('#main'), next.getElementById('main')); ready(); return; }
    for (const old of fragments) {
      const fresh = next.getElementById(old.id);
      const text = fresh && old.innerText;
      if (fresh && morph(old, fresh) && old.closest('main') && text !== old.innerText) { old.classList.add('changed'); setTimeout(() => old.classList.remove('changed'), 300); }
    }
    ready();
  }

  // --- Live: one stream for all tabs of this browser; the tab that holds the lock reads it, the others listen.
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel('samdan') : null;
  let lastUpdate = Date.now(), lostSince = 0, stream = null;
  function heard() {
    lastUpdate = Date.now();
    if (!lostSince) return;
    lostSince = 0;
    const band = one('#lost');
    if (band) band.hidden = true;
    word('on', '');
  }
  function word(which, state) {
    const house = one('#houseline'), text = one('[data-live-word]');
    if (text) text.textContent = text.dataset[which];
    if (house) house.className = 'houseline ' + state;
  }
  const lost = () => { if (!lostSince) lostSince = Date.now(); };
  function told(what) {
    if (what === 'lost') { lost(); return; }
    const back = lostSince;
    heard();
    if (what === 'changed' || back) changed = true;
    // A page that nobody looks at keeps its title and icon true, now and then.
    if (visible() ? changed || one('[data-fresh]') : changed && Date.now() - asked > 60000) refresh();
  }
  document.addEventListener('visibilitychange', () => { if (visible() && (changed || unseen)) refresh(); });
  function open() {
    stream?.close();
    stream = new EventSource('/events');
    for (const what of ['changed', 'alive']) stream.addEventListener(what, () => { channel?.postMessage(what); told(what); });
    stream.onerror = () => { channel?.postMessage('lost'); lost(); if (stream.readyState === 2) setTimeout(open, 4000); };
  }
  if (one('#houseline')) {
    if (channel) channel.onmessage = ({ data }) => told(data);
    const listen = () => { open(); return new Promise(() => {}); };
    if (navigator.locks && channel) navigator.locks.request('samdan-stream', listen); else listen();
  }
  setInterval(() => {
    const age = one('[data-age]');
    if (age) age.textContent = Math.max(0, Math.round((Date.now() - lastUpdate) / 1000)) + ' s';
    countdowns();
    if (Date.now() - lastUpdate > 7000) lost();
    if (!lostSince) return;
    const since = Date.now() - lostSince, band = one('#lost');
    if (since > 2000) word(since > 8000 ? 'off' : 'lost', since > 8000 ? 'lost off' : 'lost');
    if (since > 8000 && band) {
      const title = one('[data-since]', band), next = one('[data-next]', band);
      title.textContent = title.dataset.since.replace('{0}', new Date(lastUpdate).toTimeString().slice(0, 8));
      next.textContent = next.dataset.next.replace('{0}', 4 - Math.floor(since / 1000) % 4);
      band.hidden = false;
    }
  }, 1000);

  // --- Times that are relative stay true; a countdown stands still while the stream is lost.
  function times() {
    for (const t of all('time[data-since]')) {
      const minutes = Math.floor((Date.now() - Date.parse(t.dateTime)) / 60000);
      if (minutes < 60) t.textContent = minutes < 1 ? document.body.dataset.now : document.body.dataset.ago.replace('0', minutes);
    }
  }
  function countdowns() {
    for (const c of all('[data-countdown]')) {
      const s = Math.max(0, Math.round((Date.parse(c.dataset.countdown) - Date.now()) / 1000));
      const clock = Math.floor(s / 60) + ':' + String(s % 60).padStart(2, '0');
      if (!lostSince) c.textContent = clock; else if (!c.dataset.still) { c.dataset.still = 1; c.textContent = c.dataset.about.replace('{0}', clock); }
    }
  }
  function ready() {
    all('[data-script], [data-copy], [data-palette], [data-keys]').forEach(e => { e.hidden = false; });
    times();
    countdowns();
    marked();
    if (one('[data-find]')?.value) find();
  }
  setInterval(times, 10000);

  // --- The log.
  let following = false;
  const lines = () => all('.log .l');
  const tailing = () => Boolean(one('#log')?.dataset.tail) && lines().length > 400;
  const toEnd = () => lines().at(-1)?.scrollIntoView({ block: 'end' });
  let missed = 0;
  function more(count) {
    const button = one('[data-newlines]');
    if (!button) return;
    missed = following ? 0 : missed + count;
    button.hidden = !missed;
    button.textContent = button.dataset.text.replace('0', missed);
    if (following) toEnd();
  }
  async function tail() {
    const panel = one('#log');
    const url = panel?.dataset.tail;
    if (!url || !visible()) { setTimeout(tail, 1000); return; }
    try {
      const answer = await fetch(url, { credentials: 'same-origin' });
      const next = answer.headers.get('X-Samdan-Next');
      const text = await answer.text();
      const phase = all('.log > details', panel).at(-1);
      if (answer.ok && phase && panel.dataset.tail === url) {
        const fresh = all('.l', new DOMParser().parseFromString(text, 'text/html')).filter(l => !document.getElementById(l.id));
        phase.append(...fresh);
        if (fresh.length) more(fresh.length);
        if (next) panel.dataset.tail = url.replace(/from=\d+/, 'from=' + next); else { delete panel.dataset.tail; refresh(); }
      }
      setTimeout(tail, 300);
    } catch { setTimeout(tail, 3000); }
  }
  if (one('#log')?.dataset.tail) tail();
  addEventListener('wheel', e => { if (e.deltaY < 0 && following) follow(false); }, { passive: true });
  function follow(on) { following = on; one('[data-follow]')?.setAttribute('aria-pressed', on); if (on) { missed = 0; more(0); toEnd(); } }
  async function unfold(link) {
    const answer = await fetch(link.href, { credentials: 'same-origin' });
    if (!answer.ok) return go(link.href);
    const part = new DOMParser().parseFromString(await answer.text(), 'text/html');
    link.closest('.folded').replaceWith(...part.body.childNodes);
    find();
  }
  // Lines that the address names: #L12 or #L12-L40.
  function marked() {
    const named = location.hash.match(/^#L(\d+)(?:-L?(\d+))?$/);
    if (!named) return;
    const from = +named[1], to = +(named[2] || named[1]);
    for (const l of lines()) l.classList.toggle('at', +l.id.slice(1) >= from && +l.id.slice(1) <= to);
  }
  function toLine() {
    marked();
    const line = one('.log .l.at');
    for (let d = line?.closest('details'); d; d = d.parentElement.closest('details')) d.open = true;
    line?.scrollIntoView({ block: 'center' });
    const wanted = location.hash.match(/^#L(\d+)/);
    if (wanted && !line) for (const link of all('[data-unfold]')) {
      const range = new URL(link.href).searchParams;
      if (+range.get('from') <= +wanted[1] && +wanted[1] <= +range.get('to')) { unfold(link).then(toLine); return; }
    }
  }
  addEventListener('hashchange', toLine);
  function find() {
    const field = one('[data-find]'), typed = field?.value.toLowerCase() || '';
    for (const m of all('.log mark')) { const line = m.parentNode; m.replaceWith(...m.childNodes); line.normalize(); }
    let count = 0;
    if (typed.length > 1) for (const line of lines()) {
      if (!line.lastElementChild.textContent.toLowerCase().includes(typed)) continue;
      count++;
      if (count > 500) continue;
      const walker = document.createTreeWalker(line.lastElementChild, NodeFilter.SHOW_TEXT);
      const texts = [];
      while (walker.nextNode()) texts.push(walker.currentNode);
      for (const text of texts) {
        const at = text.data.toLowerCase().indexOf(typed);
        if (at >= 0) { const range = new Range(); range.setStart(text, at); range.setEnd(text, at + typed.length); range.surroundContents(document.createElement('mark')); }
      }
    }
    const found = one('[data-found]');
    if (found) found.textContent = typed.length > 1 ? count : '';
  }
  let hit = -1;
  function step(selector, by) {
    const list = all(selector);
    if (!list.length) return;
    hit = (hit + by + list.length) % list.length;
    for (let d = list[hit].closest('details'); d; d = d.parentElement.closest('details')) d.open = true;
    list[hit].scrollIntoView({ block: 'center' });
  }

  // --- Questions that are asked once more: the page of the question, in a dialog.
  const question = one('#question');
  async function ask(link) {
    const answer = await fetch(link.href, { credentials: 'same-origin' });
    const part = answer.ok && one('#ask', new DOMParser().parseFromString(await answer.text(), 'text/html'));
    if (!part || !question) return go(link.href);
    part.classList.remove('card');
    question.replaceChildren(part);
    question.showModal();
    one('[data-no]', part).focus();
  }

  document.addEventListener('click', event => {
    const at = selector => event.target.closest(selector);
    const link = at('a[data-ask]');
    if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); ask(link); return; }
    if (at('#question [data-no]')) { event.preventDefault(); question.close(); return; }
    if (at('a[data-unfold]')) { event.preventDefault(); unfold(at('a[data-unfold]')); return; }
    if (at('[data-palette]')) { event.preventDefault(); openPalette(); return; }
    if (at('[data-follow]') || at('[data-newlines]')) { follow(at('[data-newlines]') ? true : !following); return; }
    if (at('[data-try]')) { open(); refresh(); return; }
    if (at('[data-keys]')) { one('#keys').showModal(); return; }
    const copy = at('[data-copy]');
    if (copy) { navigator.clipboard?.writeText(copy.dataset.copy); const icon = one('use', copy); icon?.setAttribute('href', icon.getAttribute('href').replace(/#.*/, '#check')); setTimeout(() => icon?.setAttribute('href', icon.getAttribute('href').replace(/#.*/, '#copy')), 1500); return; }
    const number = at('.log .l > a');
    if (number && event.shiftKey && /^#L\d+/.test(location.hash)) { event.preventDefault(); const ends = [+location.hash.match(/\d+/)[0], +number.textContent].sort((a, b) => a - b); history.replaceState(null, '', '#L' + ends[0] + '-L' + ends[1]); marked(); return; }
    if (event.target.closest('details.menu') === null) all('details.menu[open]').forEach(d => { d.open = false; });
    const row = at('tr.link');
    if (row && !at('a,button,input,label,summary,details') && !String(getSelection())) one('a', row)?.click();
  });
  document.addEventListener('input', event => {
    const filter = event.target.dataset.filter;
    if (filter) { const typed = event.target.value.toLowerCase(); all(filter).forEach(e => { e.hidden = !e.textContent.toLowerCase().includes(typed); }); }
    if (event.target.matches('[data-find]')) { hit = -1; find(); }
    if (event.target.closest('#palette')) offer();
    if (event.target.matches('[data-single]')) { if (event.target.checked) localStorage.removeItem('samdan-keys'); else localStorage.setItem('samdan-keys', 'off'); }
  });

  // --- The palette.
  const palette = one('#palette');
  const options = () => all('#palette [role=option]').filter(o => !o.parentElement.hidden);
  function openPalette() { if (!palette) return; palette.showModal(); const field = one('input', palette); field.value = ''; offer(); field.focus(); }
  function offer() {
    const typed = one('#palette input').value.toLowerCase().split(/\s+/);
    for (const o of all('#palette [role=option]')) o.parentElement.hidden = !typed.every(t => o.textContent.toLowerCase().includes(t));
    choose(0);
  }
  function choose(index) { options().forEach((o, i) => { o.setAttribute('aria-selected', i === index); if (i === index) o.scrollIntoView({ block: 'nearest' }); }); }
  palette?.addEventListener('keydown', event => {
    const list = options(), at = list.findIndex(o => o.getAttribute('aria-selected') === 'true');
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); choose((at + (event.key === 'ArrowDown' ? 1 : list.length - 1)) % list.length); }
    if (event.key === 'Enter' && list[at]) { event.preventDefault(); go(list[at].href); }
  });

  // --- Keys.
  let first = '';
  const press = selector => { const e = one(selector); if (e) { e.click(); return true; } return false; };
  const near = by => { const links = all('.segments.tall a'); const at = links.findIndex(a => a.hasAttribute('aria-current')); links[at + by]?.click(); };
  const rows = () => all('main tr.link td:first-child a, main tr.link td:nth-child(2) > a:first-child, main a.row, main .roomlist a, main .message > div > a').filter((a, i, list) => a.closest('tr') === null || list.findIndex(b => b.closest('tr') === a.closest('tr')) === i);
  function move(by) { const list = rows(), at = list.findIndex(a => a === document.activeElement || (a.closest('tr') && a.closest('tr').contains(document.activeElement))); list[Math.min(list.length - 1, Math.max(0, at < 0 ? 0 : at + by))]?.focus(); }
  const places = { h: '/', w: '/waiting', r: '/rooms' };
  const keys = {
    '?': () => one('#keys')?.showModal(), '/': openPalette, j: () => move(1), k: () => move(-1), '[': () => near(-1), ']': () => near(1),
    x: () => { const d = document.activeElement?.closest('.log details') || one('.log details'); if (d) d.open = !d.open; },
    e: () => { all('.log details').forEach(d => { d.open = true; }); all('[data-unfold]').forEach(unfold); },
    n: () => step(one('.log mark') ? '.log mark' : '.log .l.e', 1), N: () => step(one('.log mark') ? '.log mark' : '.log .l.e', -1),
    f: () => press('[data-follow]'), y: () => { const l = one('.log .l.at'); if (l || location.hash) navigator.clipboard?.writeText(location.href); },
    a: () => press('[data-key=a]'), r: () => press('[data-key=r]'), s: () => press('[data-key=s]'),
    '.': () => { const menu = document.activeElement?.closest('tr')?.querySelector('details.menu') || one('main details.menu'); if (menu) { menu.open = true; one('a, button', menu.lastElementChild)?.focus(); } }
  };
  addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') { event.preventDefault(); openPalette(); return; }
    if (event.key === 'Escape') { const menu = one('details.menu[open]'); if (menu) { menu.open = false; one('summary', menu).focus(); } else if (event.target.matches('input, textarea')) event.target.blur(); else if (!one('dialog[open]')) all('.crumbs a').at(-1)?.focus(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest('input,textarea,select,dialog') || localStorage.getItem('samdan-keys')) return;
    if (first) { first = ''; const path = places[event.key]; if (path) { event.preventDefault(); go(path); } else if (!press('[data-go=' + CSS.escape(event.key) + ']')) { const app = one('.side .apps [aria-current]'); const page = { o: '', p: '/pipelines', d: '/deployments', i: '/images', b: '/branches', m: '/pull-requests' }[event.key]; if (app && page !== undefined) go(app.getAttribute('href') + page); } return; }
    if (event.key === 'g') { first = 'g'; setTimeout(() => { first = ''; }, 1500); return; }
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  const single = one('[data-single]');
  if (single) single.checked = !localStorage.getItem('samdan-keys');

  ready();
  toLine();
  const running = one('.strip .stage.run');
  if (running && running.closest('.strip').scrollWidth > running.closest('.strip').clientWidth) running.scrollIntoView({ inline: 'center', block: 'nearest' });
})();
