import { defaultLocale, localeFor } from '#locales/index.js';
import { type Command, offeredCommands } from '#src/command/define-command.js';
import { describeCommand } from '#src/command/describe-command.js';
import type { BlobKey } from '#src/core/blob-key.js';
import type { Suggestion } from '#src/core/options.js';
import type { Person, Server, ServerMove } from '#src/core/place.js';
import type { OfferedCommandName } from '#src/core/reply.js';
import type { Bot, IncomingCommand, IncomingPress, Question } from '#src/platforms/platform.js';

/** May say `false`, also as a promise: the command was refused. */
export type Script = (incoming: IncomingCommand) => unknown;

/** A bot that does what a test says, behind the real declarations of commands. */
export class ScriptedBot implements Bot {
  readonly commands: readonly Command<OfferedCommandName>[];
  readonly invocations: IncomingCommand[] = [];
  readonly presses: IncomingPress[] = [];
  readonly moves: ServerMove[] = [];
  /** Communities that it was thrown out of. */
  readonly removals: string[] = [];
  readonly fetchedFiles: { readonly person: string; readonly file: string }[] = [];
  script: Script = () => {};
  onPress: (incoming: IncomingPress) => Promise<void> | void = () => {};
  /** By action. */
  readonly questions = new Map<string, Question>();
  /** Actions that are answered in place. */
  readonly inPlace = new Set<string>();
  leastPhotos: number | undefined;
  petNames: readonly string[] = [];

  constructor(commands: readonly Command[]) {
    this.commands = offeredCommands(commands);
  }

  async invoke(incoming: IncomingCommand): Promise<boolean> {
    this.invocations.push(incoming);
    return (await this.script(incoming)) !== false;
  }

  async minPhotos({ command }: Parameters<Bot['minPhotos']>[0]): Promise<number> {
    if (this.leastPhotos !== undefined) return this.leastPhotos;
    const options = this.commands.find(({ name }) => name === command)?.options ?? {};
    return Object.values(options).find((option) => option.kind === 'images')?.min ?? 0;
  }

  async press(incoming: IncomingPress): Promise<void> {
    this.presses.push(incoming);
    await this.onPress(incoming);
  }

  answersInPlace(action: string): boolean {
    return this.inPlace.has(action);
  }

  async questionOf({ action }: Parameters<Bot['questionOf']>[0]): Promise<Question | undefined> {
    return this.questions.get(action);
  }

  async removedFrom({ server }: Server): Promise<void> {
    this.removals.push(server);
  }

  async moved(move: ServerMove): Promise<void> {
    this.moves.push(move);
  }

  async movesOf(): Promise<ReadonlyMap<string, string>> {
    return new Map(this.moves.map(({ from, to }) => [from, to]));
  }

  async fetched({ id }: Person, file: BlobKey): Promise<void> {
    this.fetchedFiles.push({ person: id, file });
  }

  async complete({ option, typed }: Parameters<Bot['complete']>[0]): Promise<readonly Suggestion[]> {
    const names = option === 'pet' || option === 'forget' ? this.petNames : [];
    return names
      .filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()))
      .map((name) => ({ label: name, value: name }));
  }

  async localeOf(_person: unknown, language?: string) {
    return language === undefined ? defaultLocale : localeFor(language);
  }

  describe(name: OfferedCommandName, language?: string) {
    const command = this.commands.find((candidate) => candidate.name === name)!;
    return describeCommand(command, language);
  }
}
