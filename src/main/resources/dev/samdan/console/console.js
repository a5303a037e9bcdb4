// Refreshes the fragments of a page when something changed, and makes the keyboard and the palette work.
// Every page is complete without it.
(() => {
  'use strict';
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // --- Live: one stream for all tabs of this browser; the tab that holds the lock reads it, the others listen.
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel('samdan') : null;
  let lastUpdate = Date.now();
  let lostSince = 0;
  let pending = false;
  let asked = false;

  async function refresh() {
    if (pending) { asked = true; return; }
    pending = true;
    try {
      const answer = await fetch(location.href, { headers: { 'X-Samdan-Refresh': '1' }, credentials: 'same-origin' });
      if (answer.redirected && answer.url.includes('/sign-in')) { location.reload(); return; }
      if (answer.ok) { swap(new DOMParser().parseFromString(await answer.text(), 'text/html')); heard(); }
    } catch { /* the stream tells when control is back */ } finally {
      pending = false;
      if (asked) { asked = false; setTimeout(refresh, 100); }
    }
  }

  // Replaces each named fragment whose text differs; focus, open folds and the reader's place stay.
  function swap(next) {
    if (next.title !== document.title) document.title = next.title;
    const icon = one('link[rel=icon]'), newIcon = one('link[rel=icon]', next);
    if (icon && newIcon && icon.getAttribute('href') !== newIcon.getAttribute('href')) icon.setAttribute('href', newIcon.getAttribute('href'));
    for (const old of all('[data-live][id]')) {
      const fresh = next.getElementById(old.id);
      if (!fresh || fresh.outerHTML === old.dataset.was) continue;
      const was = fresh.outerHTML;
      if (old.dataset.was === undefined && was === pristine.get(old.id)) { old.dataset.was = was; continue; }
      const open = new Map(all('details[id]', old).map(d => [d.id, d.open]));
      const focus = old.contains(document.activeElement) ? document.activeElement.id : null;
      const pinned = following && old.contains(one('.log') || null);
      fresh.dataset.was = was;
      for (const d of all('details[id]', fresh)) if (open.has(d.id)) d.open = open.get(d.id);
      fresh.classList.add('changed');
      old.replaceWith(fresh);
      if (focus) document.getElementById(focus)?.focus();
      if (pinned) toEnd();
    }
    times();
  }
  const pristine = new Map(all('[data-live][id]').map(e => [e.id, e.outerHTML]));

  function heard() {
    lastUpdate = Date.now();
    if (lostSince) { lostSince = 0; const band = one('#lost'); if (band) band.hidden = true; one('#houseline')?.classList.remove('lost'); word('on'); }
  }
  function word(which) { const w = one('[data-live-word]'); if (w) w.textContent = w.dataset[which]; }

  function listen() {
    const stream = new EventSource('/events');
    stream.addEventListener('changed', () => { channel?.postMessage('changed'); heard(); refresh(); });
    stream.addEventListener('alive', () => { channel?.postMessage('alive'); const back = lostSince; heard(); if (back) refresh(); });
    stream.onerror = () => { lost(); channel?.postMessage('lost'); };
    return new Promise(() => {});
  }
  function lost() { if (!lostSince) lostSince = Date.now(); }
  if (one('#houseline')) {
    if (channel) channel.onmessage = ({ data }) => {
      if (data === 'changed') { heard(); refresh(); } else if (data === 'alive') { const back = lostSince; heard(); if (back) refresh(); } else lost();
    };
    if (navigator.locks && channel) navigator.locks.request('samdan-stream', listen); else listen();
  }
  setInterval(() => {
    const age = one('[data-age]');
    if (age) age.textContent = Math.max(0, (Date.now() - lastUpdate) / 1000).toFixed(0) + ' s';
    if (!lostSince) return;
    const since = Date.now() - lostSince;
    if (since > 2000) { one('#houseline')?.classList.add('lost'); word('lost'); }
    const band = one('#lost');
    if (since > 8000 && band && band.hidden) {
      band.textContent = band.dataset.text.replace('{0}', new Date(lastUpdate).toTimeString().slice(0, 8));
      band.hidden = false;
    }
  }, 1000);

  // --- Times that are relative stay true.
  function times() {
    for (const t of all('time[data-since]')) {
      const s = Math.max(0, Math.round((Date.now() - Date.parse(t.dateTime)) / 1000));
      const [unit, n] = s < 60 ? ['second', s] : s < 3600 ? ['minute', Math.floor(s / 60)] : s < 86400 ? ['hour', Math.floor(s / 3600)] : ['day', Math.floor(s / 86400)];
      t.textContent = new Intl.RelativeTimeFormat(root.lang, { style: 'short' }).format(-n, unit);
    }
  }
  times();
  setInterval(times, 5000);

  // --- The log: follow holds the end until the reader scrolls up.
  let following = false;
  const toEnd = () => { const lines = all('.log .l'); lines.at(-1)?.scrollIntoView({ block: 'end' }); };
  document.addEventListener('click', event => {
    const button = event.target.closest('[data-follow]');
    if (button) { following = !following; button.setAttribute('aria-pressed', following); if (following) toEnd(); }
    const copy = event.target.closest('[data-copy]');
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy);
    if (event.target.closest('[data-palette]')) openPalette();
    const row = event.target.closest('tr.link');
    if (row && !event.target.closest('a,button,input')) one('a', row)?.click();
  });
  addEventListener('wheel', event => { if (event.deltaY < 0) following = false; }, { passive: true });
  for (const button of all('[data-palette]')) button.hidden = false;

  // --- Forms that ask once more.
  document.addEventListener('submit', event => {
    const question = event.submitter?.dataset.ask || event.target.dataset.ask;
    if (question && !confirm(question)) event.preventDefault();
  });

  // --- The palette.
  const palette = one('#palette');
  function openPalette() { if (!palette) return; palette.showModal(); const field = one('input', palette); field.value = ''; filter(); field.focus(); }
  const options = () => all('#palette [role=option]').filter(o => !o.parentElement.hidden);
  function filter() {
    const typed = one('#palette input').value.toLowerCase();
    for (const o of all('#palette [role=option]')) o.parentElement.hidden = !o.textContent.toLowerCase().includes(typed);
    choose(0);
  }
  function choose(index) { options().forEach((o, i) => o.setAttribute('aria-selected', i === index)); }
  palette?.addEventListener('input', filter);
  palette?.addEventListener('keydown', event => {
    const list = options(), at = list.findIndex(o => o.getAttribute('aria-selected') === 'true');
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); choose((at + (event.key === 'ArrowDown' ? 1 : list.length - 1)) % list.length); }
    if (event.key === 'Enter' && list[at]) { event.preventDefault(); location.href = list[at].href; }
  });

  // --- Keys.
  let first = '';
  const app = () => location.pathname.match(/^\/applications\/([^/]+)/)?.[1] || location.pathname.match(/^\/executions/) && one('.crumbs a')?.textContent;
  const go = path => { location.href = path; };
  const second = {
    h: () => go('/'), w: () => go('/waiting'), r: () => go('/rooms'),
    o: () => app() && go('/applications/' + app()), p: () => app() && go('/applications/' + app() + '/pipelines')
  };
  const rows = () => all('main a.row, main tr.link a, main .rows a');
  function move(by) { const list = rows(); const at = list.indexOf(document.activeElement); list[Math.min(list.length - 1, Math.max(0, at + by))]?.focus(); }
  const failures = () => all('.log .l.e');
  let failure = -1;
  function jump(by) { const list = failures(); if (!list.length) return; failure = (failure + by + list.length) % list.length; list[failure].closest('details').open = true; list[failure].scrollIntoView({ block: 'center' }); }
  const keys = {
    '?': () => one('#keys')?.showModal(), '/': openPalette, j: () => move(1), k: () => move(-1),
    '[': () => one('.segments a[aria-current]')?.previousElementSibling?.click(), ']': () => one('.segments a[aria-current]')?.nextElementSibling?.click(),
    x: () => { const d = document.activeElement?.closest('details') || one('.log details'); if (d) d.open = !d.open; },
    e: () => all('.log details').forEach(d => { d.open = true; }), n: () => jump(1), N: () => jump(-1),
    f: () => one('[data-follow]')?.click(), a: () => one('[data-key=a]')?.focus(), r: () => one('[data-key=r]')?.click(),
    Escape: () => { if (document.activeElement !== document.body) document.activeElement?.blur(); }
  };
  addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'k') { event.preventDefault(); openPalette(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input,textarea,select,dialog')) return;
    if (first === 'g') { first = ''; if (second[event.key]) { event.preventDefault(); second[event.key](); } return; }
    if (event.key === 'g') { first = 'g'; setTimeout(() => { first = ''; }, 1200); return; }
    if (keys[event.key]) { if (event.key === '/') event.preventDefault(); keys[event.key](); }
  });
})();
