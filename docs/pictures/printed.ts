/** What `imago run` printed, line by line, without times and what is computed from them: the same whenever the same scenario is run. */
export function lasting(printed: string): readonly string[] {
  return printed
    .split('\n')
    .filter((line) => line !== '' && !/^(?:Spent|Speed): /.test(line))
    .map((line) =>
      line.replace(
        /(?:(?<=: )a \S+ that answers \S+ as fast as the simulator; |; a \S+ that answers \S+ as fast as the simulator)/,
        '',
      ),
    )
    .map((line) => line.replaceAll(/[\d.,e]+x (?:as fast|faster|slower)|\bas fast\b(?= |$|[,;])/g, '(speed)'));
}
