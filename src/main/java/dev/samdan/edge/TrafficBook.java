package dev.samdan.edge;

import dev.samdan.edge.EdgeStatus.Kind;
import dev.samdan.edge.EdgeStatus.Traffic;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * All series of the last hour. What got no request for an hour is forgotten, names that a client
 * makes up are bounded.
 */
final class TrafficBook {
  private static final int HOSTS = 256;
  private static final String OTHER_HOSTS = "other";

  private record Key(Kind kind, String name) {}

  private final ConcurrentHashMap<Key, Series> series = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Series> hosts = new ConcurrentHashMap<>();

  Series series(Kind kind, String name) {
    return series.computeIfAbsent(new Key(kind, name), k -> new Series());
  }

  /** A host's series; the 257th host of an hour and all after it share one. */
  Series host(String name) {
    Series known = hosts.get(name);
    if (known != null) {
      return known;
    }
    return hosts.computeIfAbsent(hosts.size() < HOSTS ? name : OTHER_HOSTS, k -> new Series());
  }

  List<Traffic> all(long nowMillis) {
    List<Traffic> all = new java.util.ArrayList<>();
    series.forEach(
        (key, one) -> all.add(new Traffic(key.kind(), key.name(), one.minutes(nowMillis))));
    hosts.forEach((name, one) -> all.add(new Traffic(Kind.HOST, name, one.minutes(nowMillis))));
    all.removeIf(t -> t.minutes().isEmpty());
    all.sort(Comparator.comparing(Traffic::kind).thenComparing(Traffic::name));
    return all;
  }

  /** Forgets what had no request for an hour and is not in use. */
  void forgetIdle(long nowMillis, Predicate<Series> inUse) {
    series.values().removeIf(one -> !inUse.test(one) && one.isEmpty(nowMillis));
    hosts.values().removeIf(one -> one.isEmpty(nowMillis));
  }
}
