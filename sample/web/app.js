const TEXTS = {
  ko: {
    title: '직원 주소록', signIn: '로그인', signOut: '로그아웃', user: '이름', password: '비밀번호', docs: 'API 문서',
    hint: '예제 계정은 haru, 비밀번호는 three-tiers예요.', search: '이름, 팀, 이메일로 찾기', more: '더 보기', language: 'English',
    count: n => n === 0 ? '찾는 사람이 없어요.' : `${n}명`, wrong: '이름이나 비밀번호가 맞지 않아요.', down: '지금은 연결할 수 없어요. 잠시 뒤에 다시 해 주세요.',
  },
  en: {
    title: 'Staff directory', signIn: 'Sign in', signOut: 'Sign out', user: 'Name', password: 'Password', docs: 'API documents',
    hint: 'The sample account is haru, its password three-tiers.', search: 'Search by name, team or e-mail', more: 'Show more', language: '한국어',
    count: n => n === 0 ? 'Nobody found.' : n === 1 ? '1 person' : `${n} people`, wrong: 'This name and password do not fit.', down: 'No connection just now. Please try again in a moment.',
  },
};

const find = id => document.getElementById(id);
const state = { language: localStorage.language || (navigator.language.startsWith('ko') ? 'ko' : 'en'), token: sessionStorage.token || '', page: 1, total: 0 };
const text = key => TEXTS[state.language][key];

function speak() {
  document.documentElement.lang = state.language;
  document.title = text('title');
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll('[data-label]')) {
    element.placeholder = text(element.dataset.label);
    element.setAttribute('aria-label', text(element.dataset.label));
  }
  find('language').textContent = text('language');
  find('count').textContent = state.token ? text('count')(state.total) : '';
}

async function call(method, path, body) {
  const headers = state.token ? { Authorization: `Bearer ${state.token}` } : {};
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  if (answer.status === 401 && state.token) signOut();
  return { status: answer.status, body: await answer.json() };
}

function show() {
  find('sign-in').hidden = Boolean(state.token);
  find('directory').hidden = find('sign-out').hidden = !state.token;
  (state.token ? find('query') : document.querySelector('#sign-in [name=password]')).focus();
}

function signOut() {
  state.token = sessionStorage.token = '';
  find('people').replaceChildren();
  show();
}

function card(person) {
  const item = document.createElement('li');
  const face = document.createElement('span');
  face.className = 'face';
  face.textContent = person.name.slice(0, 1);
  face.style.setProperty('--hue', (parseInt(person.number.replace(/\D/g, ''), 10) || 0) * 47 % 360);
  const name = document.createElement('b');
  name.textContent = state.language === 'ko' ? person.name : person.englishName || person.name;
  const place = document.createElement('small');
  place.textContent = [person.team, person.position, person.office].filter(Boolean).join(' · ');
  const mail = document.createElement('a');
  mail.textContent = person.email;
  mail.href = `mailto:${person.email}`;
  item.append(face, name, place, mail);
  return item;
}

let latest = 0;
async function search(page) {
  const mine = ++latest;
  try {
    const answer = await call('GET', `/api/employees?page=${page}&query=${encodeURIComponent(find('query').value)}`);
    if (mine !== latest || answer.status !== 200) return;
    Object.assign(state, { page, total: answer.body.total });
    const cards = answer.body.employees.map(card);
    if (page === 1) find('people').replaceChildren(...cards); else find('people').append(...cards);
    find('count').textContent = text('count')(state.total);
    find('more').hidden = find('people').children.length >= state.total;
  } catch {
    find('count').textContent = text('down');
  }
}

find('sign-in').addEventListener('submit', async event => {
  event.preventDefault();
  const problem = document.querySelector('.problem');
  problem.textContent = '';
  try {
    const answer = await call('POST', '/api/session', Object.fromEntries(new FormData(event.target)));
    if (answer.status !== 200) {
      problem.textContent = text(answer.status === 401 ? 'wrong' : 'down');
      return;
    }
    state.token = sessionStorage.token = answer.body.token;
    event.target.elements.password.value = '';
    show();
    search(1);
  } catch {
    problem.textContent = text('down');
  }
});
find('sign-out').addEventListener('click', signOut);
find('more').addEventListener('click', () => search(state.page + 1));
find('query').addEventListener('input', () => search(1));
find('language').addEventListener('click', () => {
  state.language = localStorage.language = state.language === 'ko' ? 'en' : 'ko';
  speak();
  if (state.token) search(1);
});

speak();
show();
if (state.token) search(1);
call('GET', '/api/version').then(answer => { find('version').textContent = answer.body.version || ''; }).catch(() => {});
