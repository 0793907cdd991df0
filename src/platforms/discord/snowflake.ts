/** https://docs.discord.com/developers/reference#snowflakes */
const discordEpoch = 1_420_070_400_000;

/** When whatever has this id was made, as Discord's clock has it. */
export function instantOf(id: string): Date {
  return new Date(Number(BigInt(id) >> 22n) + discordEpoch);
}

/** The lowest id of that moment. */
export function firstIdAt(instantMs: number): string {
  return String(BigInt(Math.max(0, instantMs - discordEpoch)) << 22n);
}
