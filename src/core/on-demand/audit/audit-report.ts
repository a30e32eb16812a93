/** A line of the report. */
export interface OpenHandler {
  /** `NotesController.list` */
  readonly handler: string;
  readonly reachedBy: string;
  readonly otherGuards: readonly string[];
}

const TITLES = ['HANDLER', 'REACHED BY', 'OTHER GUARDS'] as const;

/** What is wrong and how to put it right, and under it a table. */
export function auditReport(open: readonly OpenHandler[]): string {
  const rows = [
    TITLES,
    ...open.map(({ handler, reachedBy, otherGuards }) => [
      handler,
      reachedBy,
      otherGuards.join(', ') || '–',
    ]),
  ];
  const widths = TITLES.map((_title, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
  const count =
    open.length === 1 ? '1 handler is not guarded' : `${open.length} handlers are not guarded`;
  return [
    `${count} by JwtAuthGuard and not @Public(). Write @UseGuards(JwtAuthGuard), or say @Public().`,
    ...lines,
  ].join('\n    ');
}
