import { type Measurement, median, type Topic } from './measurement.js';
import { withServiceFolder } from './service.js';

const FIRST_START_BUDGET_SECONDS = 10;
const LATER_START_BUDGET_SECONDS = 5;

export const start: Topic = {
  name: 'start',
  parts: {
    'start to ready': async ({ isQuick, onLine }) => {
      const runs = isQuick ? 1 : 3;
      const first: number[] = [];
      const later: number[] = [];
      for (let run = 0; run < runs; run++) {
        await withServiceFolder(async (folder) => {
          first.push((await folder.start()).startMs / 1000);
          later.push((await folder.start()).startMs / 1000);
        });
        onLine(`first start ${first.at(-1)!.toFixed(1)} s, later start ${later.at(-1)!.toFixed(1)} s`);
      }
      const measurement = (name: string, values: number[], budget: number): Measurement => ({
        name,
        unit: 's',
        value: median(values),
        runs,
        budget,
      });
      return [
        measurement('start to ready, empty data folder', first, FIRST_START_BUDGET_SECONDS),
        measurement('start to ready, later start', later, LATER_START_BUDGET_SECONDS),
      ];
    },
  },
};
