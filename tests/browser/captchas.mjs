// Showing that one is human.
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';
const image = { captcha: 'image', unthrottled: true };

async function failed({ wiki, person }) {
  await wiki.account('William', password);
  for (let time = 0; time < 3; time++) {
    await person.signsIn('William', 'wrong');
    await person.isWarned('wrongpassword');
  }
  await person.opens('Special:UserLogin', { returnto: 'Main Page' });
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
}

scenario('after bad attempts letters must be read', image, async (world) => {
  const { person } = world;
  await failed(world);
  const letters = person.page.getByAltText(await person.text('daemun-page-captcha-image'));
  await letters.waitFor();
  await person.fills('captcha-label', 'nonsense');
  await person.presses('pt-login-button');
  await person.isWarned('wrongpassword');
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.fills('captcha-label', await person.readsCaptcha());
  await person.presses('pt-login-button');
  await person.isIn('William');
});

scenario('who cannot see the letters is asked something else', image, async (world) => {
  const { person } = world;
  await failed(world);
  const tab = person.context.waitForEvent('page');
  await person.pushesLink('daemun-page-captcha-text');
  const other = await tab;
  await other.getByText('What is the capital of Korea?').waitFor();
  await other.close();
  await person.fills('captcha-label', 'seoul');
  await person.presses('pt-login-button');
  await person.isIn('William');
});
