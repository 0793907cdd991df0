import { register } from 'node:module';

/** Preloaded into every process of the demo: where the worker asks for the real engine it gets the fake one, with the same `?words=`. */
const engine = new URL(`./demo-engine.ts${new URL(import.meta.url).search}`, import.meta.url).href;
const hook = `export const resolve = (specifier, context, next) =>
  specifier === '#workers/engine/pet-engine.js' ? { url: '${engine}', shortCircuit: true } : next(specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
