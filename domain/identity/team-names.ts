/** Letters that Unicode does not take apart into a base letter and an accent. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};
const unusualLetter = new RegExp(`[${Object.keys(letters).join('')}]`, 'g');

/** What a club's form adds to its name: it tells no two clubs of one country apart. `b`, `ii` and `united` do. */
const legalForms = new Set(
  `fc afc cfc cf sc ac as ss ssc us cd ud sd rcd sv vfl vfb tsv tsg fsv spvgg sk fk nk if bk kv club`.split(
    ' ',
  ),
);

/** Names of sponsors that are part of a club's name in one source and not in another. */
const sponsors = /\b(?:red bull|bayer)\b/g;

/** A team's name without case, accents and punctuation: two spellings of one name are equal. Idempotent. */
export const foldTeamName = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(unusualLetter, (letter) => letters[letter] ?? letter)
    .replace(/(?<=\p{L})['’.](?=\p{L})/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/**
 * A team's name for comparison: folded, and without the club's form ("FC", "AFC", "1.", "04") and sponsors. Two sources that tell one
 * season mean one club by it; one source may mean two ("Wimbledon" and "AFC Wimbledon"). Never empty for a name that holds a
 * letter or digit; idempotent.
 */
export function normaliseTeamName(name: string): string {
  const plain = foldTeamName(name);
  const kept = plain
    .replace(sponsors, ' ')
    .split(' ')
    .filter((word) => word !== '' && !legalForms.has(word) && !/^\p{N}+$/u.test(word))
    .join(' ');
  return kept === '' ? plain : kept;
}

function trigrams(text: string): Set<string> {
  const found = new Set<string>();
  for (const word of text.split(' ')) {
    const padded = `  ${word} `;
    for (let at = 0; at + 3 <= padded.length; at += 1) found.add(padded.slice(at, at + 3));
  }
  return found;
}

/**
 * How alike two names are, 0 to 1: the shared part of their trigrams, each word padded by two blanks before and one after
 * (the measure of PostgreSQL's pg_trgm, https://www.postgresql.org/docs/15/pgtrgm.html), over normalised names.
 */
export function nameSimilarity(a: string, b: string): number {
  const ours = trigrams(normaliseTeamName(a));
  const theirs = trigrams(normaliseTeamName(b));
  let shared = 0;
  for (const trigram of ours) if (theirs.has(trigram)) shared += 1;
  return shared / (ours.size + theirs.size - shared);
}

/** From here on two names are alike enough to ask a person: pg_trgm's own threshold. */
const alikeFrom = 0.3;
const shortestStem = 4;

/** Whether a person should be asked if both name one team: much in common, or two words with the same beginning (Inter, Internazionale). */
export function areAlike(a: string, b: string): boolean {
  if (nameSimilarity(a, b) >= alikeFrom) return true;
  const stems = (name: string): string[] =>
    normaliseTeamName(name)
      .split(' ')
      .filter((word) => word.length >= shortestStem)
      .map((word) => word.slice(0, shortestStem));
  const theirs = new Set(stems(b));
  return stems(a).some((stem) => theirs.has(stem));
}
