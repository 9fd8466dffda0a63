// Starts npm's oidc-provider for one client, for whoever the header X-Person names (Maria, where
// there is none), who says yes to everything; 'nobody' says no.
// argv: client id, secret, redirect URI. Prints its port.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const path = createRequire(`${process.cwd()}/`).resolve('oidc-provider');
const { default: Provider } = await import(pathToFileURL(path).href);
const [id, secret, redirect] = process.argv.slice(2);

let answer;
const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const claims = (sub) => {
    const name = sub === 'maria-1' ? 'Maria' : 'Nora';
    return { sub, preferred_username: name, name: `${name} M.` };
  };
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{ client_id: id, client_secret: secret, redirect_uris: [redirect] }],
    claims: { openid: ['sub'], profile: ['preferred_username', 'name'], email: ['email'] },
    cookies: { keys: ['for tests only'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => claims(sub) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  });
  const handle = provider.callback();
  answer = async (request, response) => {
    if (!request.url.startsWith('/interaction/')) return handle(request, response);
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    const person = request.headers['x-person'] ?? 'maria-1';
    let result = { login: { accountId: person } };
    if (person === 'nobody') {
      result = { error: 'access_denied', error_description: 'the person said no' };
    }
    if (prompt.name === 'consent') {
      const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      result = { consent: { grantId: await grant.save() } };
    }
    return provider.interactionFinished(request, response, result);
  };
  console.log(`port ${port}`);
});
