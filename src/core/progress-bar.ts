const barWidth = 10;

/** A share as sentences about progress show it. @param fraction 0…1 */
export function progressBar(fraction: number): { readonly bar: string; readonly percent: number } {
  const full = Math.round(fraction * barWidth);
  return { bar: '▓'.repeat(full) + '░'.repeat(barWidth - full), percent: Math.floor(fraction * 100) };
}
