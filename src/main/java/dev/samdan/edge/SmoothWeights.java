package dev.samdan.edge;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * Smooth weighted round robin: each turn every candidate gains its weight, the richest is taken and
 * pays the sum. Shares hold over any short run of requests, not only on average.
 */
final class SmoothWeights {
  private final int[] weights;
  private final long[] credit;

  SmoothWeights(List<Integer> weights) {
    this.weights = weights.stream().mapToInt(Integer::intValue).toArray();
    this.credit = new long[this.weights.length];
  }

  /** The next of those with a weight that are usable; -1 where there is none. */
  synchronized int next(IntPredicate usable) {
    long sum = 0;
    int best = -1;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0 && usable.test(i)) {
        sum += weights[i];
        credit[i] += weights[i];
        if (best < 0 || credit[i] > credit[best]) {
          best = i;
        }
      }
    }
    if (best >= 0) {
      credit[best] -= sum;
    }
    return best;
  }
}
