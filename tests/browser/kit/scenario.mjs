// A scenario: what a person wants, and how they get it, played once in each language.
import { Wiki } from './stage.mjs';
import { Person } from './person.mjs';

export const languages = ['en', 'ko'];
export const scenarios = [];

/**
 * `wanted` is the wiki (asked.rs); `play` gets `{ wiki, person, language, someone }`, where
 * `someone(hands)` is another person before a browser of their own.
 */
export function scenario(title, wanted, play) {
  for (const language of languages) {
    const run = async (browser, inspection) => {
      const wiki = await Wiki.make(wanted);
      const people = [];
      const someone = async (hands = {}) => {
        const person = await Person.before(browser, wiki, language, inspection, hands);
        people.push(person);
        return person;
      };
      try {
        await play({ wiki, language, someone, person: await someone(wanted.hands) });
        for (const person of people) await person.complained();
      } catch (error) {
        for (const person of people) error.stack += await person.lastSeen();
        throw error;
      } finally {
        for (const person of people) await person.leaves();
        await wiki.end();
      }
    };
    scenarios.push({ title: `${title} (${language})`, language, run });
  }
}
