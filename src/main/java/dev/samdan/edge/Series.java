package dev.samdan.edge;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests counted by the minute for an hour. The running minute keeps a log-linear histogram
 * (eight steps to each doubling, so that a percentile is within 10 %), a closed one only its
 * figures.
 */
final class Series {
  private static final int STEPS = 8;
  private static final int BUCKETS = 30 * STEPS;
  private static final int MINUTES = 60;

  private final ArrayDeque<EdgeStatus.Minute> closed = new ArrayDeque<>();
  private final int[] histogram = new int[BUCKETS];
  private long minute;
  private long requests;
  private long errors;
  private long bytes;

  /** One request that took so many microseconds. */
  synchronized void record(long nowMillis, boolean error, long micros, long bodyBytes) {
    turnTo(nowMillis / 60_000);
    requests++;
    bytes += bodyBytes;
    if (error) {
      errors++;
    }
    histogram[bucket(micros)]++;
  }

  /** The minutes with requests, oldest first, the running one last. */
  synchronized List<EdgeStatus.Minute> minutes(long nowMillis) {
    turnTo(nowMillis / 60_000);
    List<EdgeStatus.Minute> all = new ArrayList<>(closed);
    if (requests > 0) {
      all.add(figures());
    }
    return all;
  }

  /** Whether the last hour had no request. */
  synchronized boolean isEmpty(long nowMillis) {
    turnTo(nowMillis / 60_000);
    return requests == 0 && closed.isEmpty();
  }

  private void turnTo(long now) {
    if (now <= minute) {
      return;
    }
    if (requests > 0) {
      closed.addLast(figures());
      requests = 0;
      errors = 0;
      bytes = 0;
      java.util.Arrays.fill(histogram, 0);
    }
    minute = now;
    while (!closed.isEmpty() && closed.getFirst().at().getEpochSecond() / 60 <= now - MINUTES) {
      closed.removeFirst();
    }
  }

  private EdgeStatus.Minute figures() {
    return new EdgeStatus.Minute(
        Instant.ofEpochSecond(minute * 60),
        requests,
        errors,
        percentile(0.50),
        percentile(0.99),
        bytes);
  }

  private double percentile(double share) {
    long rank = Math.max(1, (long) Math.ceil(requests * share));
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += histogram[i];
      if (seen >= rank) {
        return Math.round(middle(i)) / 1000.0;
      }
    }
    return 0;
  }

  /** Below 8 µs each microsecond has its bucket; above, eight buckets to each power of two. */
  static int bucket(long micros) {
    if (micros < STEPS) {
      return (int) Math.max(0, micros);
    }
    int exponent = 63 - Long.numberOfLeadingZeros(micros);
    int step = (int) (micros >>> (exponent - 3)) & (STEPS - 1);
    return Math.min(BUCKETS - 1, (exponent - 2) * STEPS + step);
  }

  private static double middle(int bucket) {
    if (bucket < STEPS) {
      return bucket;
    }
    int exponent = bucket / STEPS + 2;
    double low = (double) (1L << exponent) * (STEPS + bucket % STEPS) / STEPS;
    return low + (double) (1L << exponent) / STEPS / 2;
  }
}
