let token = '';
const find = id => document.getElementById(id);

async function call(path, body) {
  const answer = await fetch('/api/' + path, {
    method: body ? 'POST' : 'GET',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  });
  const found = await answer.json();
  if (!answer.ok) throw new Error(typeof found.detail === 'string' ? found.detail : `the answer was ${answer.status}`);
  return found;
}

async function told(work) {
  find('problem').textContent = '';
  try {
    await work();
  } catch (problem) {
    find('problem').textContent = problem.message;
  }
}

async function search() {
  const people = await call('employees?query=' + encodeURIComponent(find('query').value));
  find('people').replaceChildren(...people.map(person => {
    const item = document.createElement('li');
    item.textContent = `${person.name} · ${person.team} · ${person.email} (${person.number})`;
    return item;
  }));
}

find('sign-in').addEventListener('submit', event => {
  event.preventDefault();
  const credentials = Object.fromEntries(new FormData(event.target));
  told(async () => {
    if (event.submitter?.name === 'sign-up') await call('sign-up', credentials);
    token = (await call('sign-in', credentials)).token;
    find('sign-in').hidden = true;
    find('directory').hidden = false;
    await search();
  });
});
find('query').addEventListener('input', () => told(search));
