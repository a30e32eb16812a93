/** Tokens that begin so are good. */
export const GOOD = 'good_';
