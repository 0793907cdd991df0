/** How Discord names a file that its sender has covered; a copy of it keeps the name wherever it goes. */
export const spoilerPrefix = 'SPOILER_';
