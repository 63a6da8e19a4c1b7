/** Runs what others gave us to call: what it throws must not end the client's own reading. */
export function guard(act: () => void): void {
  try {
    act();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
