// What became of each scenario, on a line of its own, and why one failed below it.
export default async function* report(events) {
  let [good, failed] = [0, 0];
  for await (const { type, data } of events) {
    if (data.details?.type === 'suite' || !['test:pass', 'test:fail'].includes(type)) continue;
    const line = `${data.name}, ${(data.details.duration_ms / 1000).toFixed(1)} s\n`;
    if (type === 'test:pass') {
      good++;
      yield `good    ${line}`;
    } else {
      failed++;
      const { error } = data.details;
      yield `FAILED  ${line}${(error.cause?.stack ?? error.stack).replace(/^/gm, '        ')}\n`;
    }
  }
  yield `${good} scenarios good, ${failed} failed\n`;
}
