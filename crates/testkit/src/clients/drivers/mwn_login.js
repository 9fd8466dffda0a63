// Logs in with an unmodified mwn by bot password. Reads and prints JSON, as
// pywikibot_login.py does.
const { createRequire } = require('node:module');
const path = require('node:path');

// The packages lie in the folder that the program was started in.
const installed = createRequire(path.join(process.cwd(), 'driver.js'));
const { Mwn } = installed('mwn');
const asked = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));

(async () => {
  const bot = await Mwn.init({
    apiUrl: asked.origin + '/w/api.php',
    username: asked.user + '@' + asked.app,
    password: asked.password,
    userAgent: 'daemun-testkit',
    maxRetries: 2,
    retryPause: 500,
    silent: true,
  });
  const who = await bot.userinfo({ uiprop: 'groups' });
  console.log(JSON.stringify({
    client: 'mwn ' + installed('mwn/package.json').version,
    how: 'login',
    name: who.name,
    groups: who.groups,
    believes: bot.state.lgusername ?? null,
  }));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
