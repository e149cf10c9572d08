/**
 * The configuration cannot be used. One message for a person: what is wrong, where, and the fix; several
 * problems are one error with several lines.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  /** @param problems one line of text each, in the order a reader meets them; never a secret's value */
  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options);
    this.problems = problems;
  }
}
