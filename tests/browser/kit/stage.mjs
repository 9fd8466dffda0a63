// The line to the worlds (tests/system/browser/line.rs), and a wiki as a scenario sees it.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const line = connect({ host: '127.0.0.1', port: Number(process.env.STAGE_PORT) });
const waiting = new Map();
let last = 0;

createInterface({ input: line }).on('line', (text) => {
  const answer = JSON.parse(text);
  const { resolve, reject } = waiting.get(answer.call);
  waiting.delete(answer.call);
  if ('error' in answer) reject(new Error(`the stage says: ${answer.error}`));
  else resolve(answer.is);
});

/** Asks for something in `tests/system/browser/asked.rs`. */
export function ask(verb, fields = {}) {
  const call = ++last;
  return new Promise((resolve, reject) => {
    waiting.set(call, { resolve, reject });
    line.write(`${JSON.stringify({ call, verb, ...fields })}\n`);
  });
}

export const hangUp = () => line.end();

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** HTML as it reads: no tags, no runs of blanks. */
export const words = (html) =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&#(x?)([0-9a-f]+);/gi, (_, hex, digits) => String.fromCodePoint(parseInt(digits, hex ? 16 : 10)))
    .replace(/&(\w+);/g, (whole, name) => entities[name] ?? whole)
    .replace(/\s+/g, ' ')
    .trim();

/** What a message says in a language, as people read it. */
export const text = async (language, key, ...params) =>
  words(await ask('text', { language, key, params: params.map(String) }));

/** A wiki of a scenario's own, on `wanted` terms (`Wanted` in asked.rs). */
export class Wiki {
  static async make(wanted = {}) {
    return Object.assign(new Wiki(), await ask('world', wanted));
  }

  ask(verb, fields = {}) {
    return ask(verb, { world: this.world, ...fields });
  }

  /** An account; `more` as `Account` in asked.rs. Answers its id. */
  account(name, password, more = {}) {
    return this.ask('account', { name, password, ...more });
  }

  /** What an authenticator app with this secret shows now. */
  code(secret) {
    return this.ask('code', { secret: secret.replaceAll(/\s/g, '') });
  }

  /** The letters that came, once there are so many. */
  letters = (count) => this.ask('letters', { count });
  letter = async () => (await this.letters(1))[0];
  minutesPass = (minutes) => this.ask('pass', { seconds: minutes * 60 });
  sql = (sql) => this.ask('sql', { sql });
  end = () => this.ask('end');
}
