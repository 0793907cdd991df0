import { randomInt } from 'node:crypto';

/** Nothing that a chat takes for formatting: links stand in messages. */
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 62²² is more than 2¹²⁸. */
const length = 22;

/** What nobody guesses: the last part of a link. */
export function newPageToken(): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}
