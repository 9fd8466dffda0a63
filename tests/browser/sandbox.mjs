// Trying the API out, and reading about it.
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';

scenario('a request is filled in, shown in four languages and run', {}, async ({ person }) => {
  await person.opens('Special:ApiSandbox');
  await person.follows('daemun-sandbox-start-siteinfo');
  await person.reads('curl');
  await person.pushes('daemun-sandbox-run');
  await person.reads('"sitename"');
  await person.inspected();
});

scenario('a whole log-in is walked step by step', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  const { secret } = await wiki.ask('app', { name: 'William' });
  await person.opens('Special:ApiSandbox');
  await person.follows('daemun-sandbox-start-clientlogin');
  await person.pushes('daemun-sandbox-get-token');
  await person.isFilled('logintoken');
  await person.fillsParameter('username', 'William');
  await person.fillsParameter('password', password);
  await person.fillsParameter('loginreturnurl', `${wiki.origin}/wiki/Special:ApiSandbox`);
  await person.pushes('daemun-sandbox-run');
  await person.sees('daemun-sandbox-after-ui');
  await person.fillsParameter('OATHToken', await wiki.code(secret));
  await person.pushes('daemun-sandbox-run');
  await person.sees('daemun-sandbox-after-pass');
  await person.isIn('William');
  await person.inspected();
});

scenario('an example of the help opens in the sandbox', {}, async ({ person }) => {
  await person.opens('Special:ApiHelp/query+userinfo');
  await person.goes(person.main.getByRole('link', { name: /sandbox|연습장/i }).first());
  await person.isAt('Special:ApiSandbox');
});
