// What API:Login describes, with Node's own fetch and a cookie jar of a few lines.
const asked = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const api = asked.origin + '/w/api.php';
const jar = new Map();

async function request(method, params) {
  const encoded = new URLSearchParams({ ...params, format: 'json' });
  const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') };
  const reply = method === 'GET'
    ? await fetch(`${api}?${encoded}`, { headers })
    : await fetch(api, { method, headers, body: encoded });
  for (const line of reply.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    if (/;\s*max-age=0/i.test(line)) jar.delete(name);
    else jar.set(name, value);
  }
  return reply.json();
}

(async () => {
  const tokens = await request('GET', { action: 'query', meta: 'tokens', type: 'login' });
  const token = tokens.query.tokens.logintoken;
  const form = asked.how === 'login'
    ? {
      action: 'login',
      lgname: asked.app ? `${asked.user}@${asked.app}` : asked.user,
      lgpassword: asked.password,
      lgtoken: token,
    }
    : {
      action: 'clientlogin',
      username: asked.user,
      password: asked.password,
      loginreturnurl: 'http://127.0.0.1:5000/',
      logintoken: token,
    };
  const reply = await request('POST', form);
  const result = reply[form.action]?.result ?? reply[form.action]?.status;
  if (result !== 'Success' && result !== 'PASS') {
    throw new Error(`not logged in: ${JSON.stringify(reply)}`);
  }
  const info = await request('GET', { action: 'query', meta: 'userinfo', uiprop: 'groups' });
  const { name, groups } = info.query.userinfo;
  const client = 'node ' + process.versions.node;
  console.log(JSON.stringify({ client, how: asked.how, name, groups }));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
