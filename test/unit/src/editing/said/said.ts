/** What people say of a picture in one language. */
export interface Said {
  /** With what it asks for in signs; `?` where it has to be asked about. */
  readonly instructions: readonly (readonly [said: string, meant: string])[];
  /** What a picture shall show: never asked about. */
  readonly descriptions: readonly string[];
}
