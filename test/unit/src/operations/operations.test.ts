import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSpine, type Spine } from '#test/helpers/spine.js';
import { waitFor } from '#test/helpers/wait-for.js';

let spine: Spine;
beforeEach(async () => {
  spine = await createSpine({ OPERATIONS_PORT: '0' });
});
afterEach(() => spine.stop());

const get = async (port: number | undefined, path: string) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, text: await response.text() };
};
/** @returns value of a line, e.g. of `petbooth_up{part="redis"}` */
const sampleOf = (metrics: string, line: string) =>
  metrics
    .split('\n')
    .find((each) => each.startsWith(`${line} `))
    ?.split(' ')[1];

test('bot and worker tell how they are and what they did, and nothing of anybody', async () => {
  const bot = await spine.startBot();
  expect(await get(bot.operationsPort, '/readyz')).toMatchObject({ status: 200 });
  expect(JSON.parse((await get(bot.operationsPort, '/healthz')).text)).toMatchObject({ status: 'ok' });

  await spine.platform.say('imagine', { prompt: 'a purple cat' });
  await spine.platform.say('pets', { forget: 'Rex' });
  await spine.platform.say('abracadabra', {});
  const before = (await get(bot.operationsPort, '/metrics')).text;
  expect(sampleOf(before, 'petbooth_jobs{job="imagine",state="waiting"}')).toBe('1');
  expect(sampleOf(before, 'petbooth_answer_seconds_count{command="imagine",outcome="answered"}')).toBe('1');
  expect(sampleOf(before, 'petbooth_answer_seconds_count{command="pets",outcome="refused"}')).toBe('1');
  expect(sampleOf(before, 'petbooth_answer_seconds_count{command="unknown",outcome="refused"}')).toBe('1');
  expect(sampleOf(before, 'petbooth_up{part="database"}')).toBe('1');
  expect(sampleOf(before, 'petbooth_up{part="web"}')).toBe('1');
  expect(before).toContain('nodejs_eventloop_lag_seconds');

  const edit = spine.platform.edit.bind(spine.platform);
  spine.platform.edit = async (reference, message) => {
    if (message.kind === 'result') throw new Error('the platform does not answer');
    return edit(reference, message);
  };
  const worker = await spine.startWorker();
  expect(await get(worker.operationsPort, '/readyz')).toMatchObject({ status: 200 });
  const waiting = await waitFor('a failed delivery', async () => {
    const { text } = await get(bot.operationsPort, '/metrics');
    return sampleOf(text, 'petbooth_deliveries_total{job="imagine",outcome="delayed"}') && text;
  });
  expect(sampleOf(waiting, 'petbooth_outbox_messages{platform="web"}')).toBe('1');
  expect(Number(sampleOf(waiting, 'petbooth_outbox_age_seconds{platform="web"}'))).toBeGreaterThan(0);
  spine.platform.edit = edit;
  await waitFor('the picture', () => spine.chat.showing('result')[0]);
  const delivered = 'petbooth_deliveries_total{job="imagine",outcome="delivered"}';
  const after = await waitFor('the delivery to be counted', async () => {
    const { text } = await get(bot.operationsPort, '/metrics');
    return sampleOf(text, delivered) === '1' ? text : undefined;
  });
  expect(sampleOf(after, 'petbooth_jobs{job="imagine",state="waiting"}')).toBeUndefined();
  expect(sampleOf(after, 'petbooth_job_wait_seconds_count{job="imagine"}')).toBe('1');
  expect(sampleOf(after, 'petbooth_undelivered_results')).toBe('0');
  expect(sampleOf(after, 'petbooth_outbox_messages{platform="web"}')).toBeUndefined();
  await waitFor('the files to be counted', async () => {
    const { text } = await get(bot.operationsPort, '/metrics');
    return sampleOf(text, 'petbooth_stored_files{kind="result"}') !== undefined;
  });
  expect(sampleOf(after, 'petbooth_file_failures_total{operation="put"}')).toBe('0');
  expect(sampleOf(after, 'petbooth_database_failures_total{reason="conflict"}')).toBe('0');
  const worked = (await get(worker.operationsPort, '/metrics')).text;
  expect(sampleOf(worked, 'petbooth_work_seconds_count{job="imagine",outcome="done"}')).toBe('1');
  expect(sampleOf(worked, 'petbooth_phase_seconds_count{job="imagine",phase="preparing"}')).toBe('1');
  expect(sampleOf(worked, 'petbooth_phase_seconds_count{job="imagine",phase="drawing"}')).toBe('1');
  expect(worked).toContain('petbooth_engine_info{engine="fake (onnx, with cache)"} 1\n');
  expect(sampleOf(worked, 'petbooth_engine_sessions_total')).toBe('1');
  expect(sampleOf(worked, 'petbooth_engine_starts_total')).toBe('1');
  expect(Number(sampleOf(worked, 'petbooth_engine_memory_bytes'))).toBeGreaterThan(10 * 2 ** 20);

  const told = [before, after, worked, (await get(bot.operationsPort, '/healthz')).text].join('\n');
  for (const word of ['purple', 'Rex', 'abracadabra', 'anna', spine.folder]) expect(told).not.toContain(word);
});

test('what is away is told: a bot without its Redis is alive, and not ready', async () => {
  const bot = await spine.startBot();
  await spine.redis.kill();
  await waitFor('the loss to be seen', async () => (await get(bot.operationsPort, '/readyz')).status === 503);
  expect(await get(bot.operationsPort, '/healthz')).toMatchObject({ status: 200 });
  expect(sampleOf((await get(bot.operationsPort, '/metrics')).text, 'petbooth_up{part="redis"}')).toBe('0');
  await spine.redis.restart();
  await waitFor('the bot to work again', async () => (await get(bot.operationsPort, '/readyz')).status === 200);
});

test('a bot that waits for another one to end is alive, and ready once it leads', async () => {
  const first = await spine.startBot();
  const OPERATIONS_PORT = await freePort();
  const starting = spine.startBot({ config: { ...spine.config, OPERATIONS_PORT } });
  const answer = await waitFor('it to answer', () => get(OPERATIONS_PORT, '/healthz').catch(() => undefined));
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toMatchObject({ status: 'waiting', database: 'waiting', redis: 'working' });
  expect(await get(OPERATIONS_PORT, '/readyz')).toMatchObject({ status: 503 });
  expect(sampleOf((await get(OPERATIONS_PORT, '/metrics')).text, 'petbooth_leading')).toBe('0');
  await waitFor('it to say so', () => spine.logLines.some((line) => line.includes('leads on this database')));
  await first.stop();
  await starting;
  expect(await get(OPERATIONS_PORT, '/readyz')).toMatchObject({ status: 200 });
  expect(sampleOf((await get(OPERATIONS_PORT, '/metrics')).text, 'petbooth_leading')).toBe('1');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

test('only reading is answered, and only what is there', async () => {
  const bot = await spine.startBot();
  const url = `http://127.0.0.1:${bot.operationsPort}`;
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  expect((await get(bot.operationsPort, '/')).status).toBe(404);
});
