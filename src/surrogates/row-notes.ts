/** What is worth saying of the rows of a fit: outputs that are the same in all that completed, and that some of `size` failed. */
export function rowNotes(completed: number, size: number, constant: readonly string[] = []): string[] {
  const notes = constant.map((name) => `output '${name}' is the same in every row`);
  if (completed < size) notes.push(`${size - completed} of ${size} rows failed and were left out`);
  return notes;
}
