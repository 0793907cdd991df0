import type { Person } from '#src/core/place.js';
import type { PeopleTable } from './people-table.js';
import type { SettingsService } from './services.js';

export function settingsServiceFor(people: PeopleTable, person: Person): SettingsService {
  return {
    language: () => people.chosenLocaleOf(person),
    setLanguage: (language) => people.setLocale(person, language),
  };
}
