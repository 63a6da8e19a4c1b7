import fc from 'fast-check';

/** Any UTF-16 at all, halves of surrogate pairs included, and much of what is special in markup. */
export const anyText = (): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
        fc.constantFrom(
          ...'<>&"\'|`*_[]()#!~\\%:,\r\n\t\u0000',
          ']]>',
          '::',
          '%0A',
          '\ud83d\ude00',
        ),
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(''));
