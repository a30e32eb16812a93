/**
 * The most an application with the module may take, as a ratio to one without. Far above what was
 * measured, because it must not fail on a noisy machine: it catches an import that was not meant.
 */
export const BUDGET = { cpuMs: 2, residentBytes: 1.4 };
