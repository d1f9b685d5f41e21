import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFile } from '../../../../adapters/providers/football_data/parse-file.js';
import { BadInput, describeError } from '../../../../schemas/errors.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const parse = (bytes: Uint8Array) => parseFile(bytes, '2122/E0.csv');
const rowsOf = (text: string) => parse(utf8(text)).rows.map(({ raw }) => raw);
const header = 'Div,Date,HomeTeam,AwayTeam,FTHG,FTAG';

/** The texts of a row, those beyond the header among them. */
const cellsOf = (raw: Readonly<Record<string, unknown>>): unknown[] =>
  Object.values(raw).flatMap((value): unknown[] =>
    typeof value === 'object' && value !== null ? Object.values(value) : [value],
  );

describe('a file as it may come', () => {
  it('is read as UTF-8 with or without a byte order mark, and as cp1252 where it is neither', () => {
    const utf = parse(utf8(`\uFEFF${header}\nSP1,13/08/21,Málaga,Betis,1,0\n`));
    expect(utf.encoding).toBe('utf-8-bom');
    expect(utf.header).toContain('Div');
    expect(utf.rows[0]?.raw['HomeTeam']).toBe('Málaga');

    // 0x92 is the apostrophe of cp1252, 0xA0 its no-break space.
    const windows = parse(latin(`${header}\nSP1,13/08/21,M\xe1laga,Nott\x92m\xa0Forest,1,0\n`));
    expect(windows.encoding).toBe('windows-1252');
    expect(windows.rows[0]?.raw).toMatchObject({ HomeTeam: 'Málaga', AwayTeam: 'Nott’m\u00a0Forest' });
  });

  it('says the same with CRLF, LF or CR, with or without a last line end, and its lines are counted in the file', () => {
    const lines = [header, 'E0,13/08/21,A,B,1,0', '', 'E0,14/08/21,C,D,2,2'];
    for (const end of ['\r\n', '\n', '\r']) {
      for (const last of ['', end]) {
        const { rows } = parse(utf8(lines.join(end) + last));
        expect(rows.map(({ rowNo }) => rowNo)).toEqual([2, 4]);
        expect(rows[1]?.raw).toMatchObject({ HomeTeam: 'C', FTAG: '2' });
      }
    }
  });

  it('breaks off in a row that says so: its last cell may be half of one', () => {
    const whole = 'E0,13/08/21,A,B,1,0\n';
    for (const mark of ['', '\u001a'])
      expect(rowsOf(`${header}\n${whole}E0,14/08/21,C,D\n${mark}`)[1]).not.toHaveProperty('_unfinished');
    expect(rowsOf(`${header}\n${whole}E0,14/08/21,C,D,1`)[1]).toMatchObject({
      FTHG: '1',
      _unfinished: 'E0,14/08/21,C,D,1',
    });
    expect(rowsOf(`${header}\n${whole}E0,14/08/21,C,D,1,0`)[1]).not.toHaveProperty('_unfinished');
  });

  it('may have rows shorter than the header, and cells beyond it are kept by their place', () => {
    expect(rowsOf(`${header}\nE0,13/08/21,A,B\nE0,14/08/21,C,D,2,2,extra,,more\n`)).toEqual([
      { Div: 'E0', Date: '13/08/21', HomeTeam: 'A', AwayTeam: 'B' },
      {
        Div: 'E0',
        Date: '14/08/21',
        HomeTeam: 'C',
        AwayTeam: 'D',
        FTHG: '2',
        FTAG: '2',
        _extra: { '7': 'extra', '9': 'more' },
      },
    ]);
  });

  it('may have columns without a name: their blank cells are nothing, the others are kept by their place', () => {
    expect(rowsOf(`${header},,\nE0,13/08/21,A,B,1,0,,\nE0,13/08/21,C,D,1,0,,x\n`)).toEqual([
      { Div: 'E0', Date: '13/08/21', HomeTeam: 'A', AwayTeam: 'B', FTHG: '1', FTAG: '0' },
      {
        Div: 'E0',
        Date: '13/08/21',
        HomeTeam: 'C',
        AwayTeam: 'D',
        FTHG: '1',
        FTAG: '0',
        _extra: { '8': 'x' },
      },
    ]);
  });

  it('may end in rows of commas and blanks, which are no data rows', () => {
    expect(rowsOf(`${header}\nE0,13/08/21,A,B,1,0\n,,,,,\n , ,,,,\n\n`)).toHaveLength(1);
  });

  it('may quote a referee with a comma, and leave a quote open', () => {
    const [quoted, open] = rowsOf(
      `${header},Referee\nE0,13/08/21,A,B,1,0,"Webb, H"\nE0,13/08/21,C,D,1,0,"Webb\nE0,14/08/21,E,F,1,0,Dean\n`,
    );
    expect(quoted?.['Referee']).toBe('Webb, H');
    expect(JSON.stringify(open)).toContain('Webb');
    expect(rowsOf(`${header},Referee\nE0,13/08/21,C,D,1,0,"Webb\nE0,14/08/21,E,F,1,0,Dean\n`)).toHaveLength(
      2,
    );
  });

  it('may name a column twice: each keeps its cells', () => {
    const [row] = rowsOf('Div,Date,HomeTeam,AwayTeam,BWH,BWH\nE0,13/08/21,A,B,1.9,2.0\n');
    expect(row).toMatchObject({ BWH: '1.9', 'BWH#2': '2.0' });
  });

  it('keeps every cell that is not blank, whatever the cells are', () => {
    const cell = fc.string({ maxLength: 6 }).filter((text) => !/[",\p{Cc}\uFEFF]/u.test(text));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 9 }), { maxLength: 6 }), (lines) => {
        const text = [header, ...lines.map((cells) => cells.join(',')), ''].join('\n');
        const kept = parse(utf8(text)).rows.flatMap(({ raw }) => cellsOf(raw));
        const given = lines.flat().filter((one) => one.trim() !== '');
        expect(kept.sort()).toEqual(given.sort());
      }),
    );
  });
});

describe('what is no such file is refused with its name and what to do', () => {
  const refusal = (bytes: Uint8Array): string => {
    try {
      parse(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(BadInput);
      return describeError(error);
    }
    throw new Error('It was not refused');
  };

  it('a binary file named .csv', () => {
    const text = refusal(Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]));
    expect(text).toContain('binary');
    expect(text).toContain('2122/E0.csv');
    expect(text).toContain('Fetch the file again');
  });

  it('a header without teams', () => {
    const text = refusal(utf8('Div,Date,FTHG,FTAG\nE0,13/08/21,1,0\n'));
    expect(text).toContain('HomeTeam, AwayTeam');
    expect(text).toContain('row 1');
    expect(text).toContain('2122/E0.csv');
  });

  it('a page of a site in place of the file', () => {
    expect(refusal(utf8('<!DOCTYPE html>\n<html></html>\n'))).toContain('<!DOCTYPE html>');
  });

  it('a file without a byte, or of blank lines', () => {
    expect(refusal(new Uint8Array())).toContain('empty');
    expect(refusal(utf8('\n\n'))).toContain('empty');
  });
});
