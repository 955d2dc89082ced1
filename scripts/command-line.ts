/**
 * What a command was asked for. Prints how it is used and ends the process with code 0 where that is what was asked, and with code 2, and what is wrong, where
 * the arguments are.
 * @param read of the arguments after the script's name. @throws Error in words
 */
export function optionsOf<Options>(read: (args: readonly string[]) => Options | "help", usage: string): Options {
  try {
    const options = read(process.argv.slice(2));
    if (options !== "help") return options;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

/** A line of progress, with the time of day (UTC). */
export function say(text: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)}  ${text}`);
}
