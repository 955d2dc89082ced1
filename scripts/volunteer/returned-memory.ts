/** Blocks of at least so many bytes, as ONNX Runtime's arenas are, get pages of their own. */
const OWN_PAGES_FROM = 1 << 20;

/**
 * An environment in which glibc returns large blocks to the system as soon as they are freed. Left alone it takes the size of the largest block that was freed, up to 32 MB, as a sign to
 * keep blocks of that size for itself: a process that trains another network each time then keeps the memory of the former ones (docs/soak.md). Other C libraries ignore it.
 */
export const returning = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  MALLOC_MMAP_THRESHOLD_: String(OWN_PAGES_FROM),
  ...env,
});

/**
 * Begins this process again in that environment, since glibc reads it only at the start; it stays the same process. To be called before anything else happens. Whoever forks a script
 * gives it that environment itself: beginning again would cut their channel.
 */
export function returnMemory(): void {
  if (process.platform !== "linux" || process.env["MALLOC_MMAP_THRESHOLD_"] !== undefined || process.channel) return;
  process.execve?.(process.execPath, [process.argv0, ...process.execArgv, ...process.argv.slice(1)], returning(process.env));
}
