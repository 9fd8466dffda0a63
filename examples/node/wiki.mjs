// A wiki's API, and the session with it: cookies are kept, secrets go into the body.

import { createInterface } from 'node:readline';

const AGENT = 'daemun-example/1.0 (https://example.org/me)';

export class Wiki {
	constructor(api) {
		this.api = api;
		this.cookies = new Map();
	}

	async post(params) {
		const all = { format: 'json', formatversion: '2', errorformat: 'plaintext', ...params };
		const response = await fetch(this.api, {
			method: 'POST',
			// URLSearchParams turns the plus sign that tokens end in into %2B.
			body: new URLSearchParams(all),
			headers: {
				'User-Agent': AGENT,
				Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
			},
			// What is secret goes to this address and to no other.
			redirect: 'error',
		});
		// Node keeps no cookies by itself, and without them no token is good.
		for (const line of response.headers.getSetCookie()) {
			const [name, value] = line.split(';')[0].split(/=(.*)/s);
			if (/;\s*max-age=0\b/i.test(line)) {
				this.cookies.delete(name);
			} else {
				this.cookies.set(name, value);
			}
		}
		const answer = await response.json();
		if (answer.errors) {
			const [{ code, text }] = answer.errors;
			throw new Error(`The wiki refused: ${text} (${code})`);
		}
		return answer;
	}

	async token(type) {
		const answer = await this.post({ action: 'query', meta: 'tokens', type });
		return answer.query.tokens[`${type}token`];
	}

	async name() {
		const answer = await this.post({ action: 'query', meta: 'userinfo' });
		return answer.query.userinfo.name;
	}
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** The next line of standard input. */
export async function line() {
	return (await lines.next()).value ?? '';
}
