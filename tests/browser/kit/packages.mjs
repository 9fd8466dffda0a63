// The packages that are pinned beside this folder and installed in another.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.PACKAGES}/`);

export const { chromium } = require('playwright-core');

/** What is put into a page to find what keeps people out of it. */
export const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
