/** Pseudo-random numbers from 0 to 1, repeatable by seed. */
export function chance(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
