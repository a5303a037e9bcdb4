package dev.samdan.console;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Secrets between the button that made them and the page that shows them, once: an address would
 * keep them in the browser's history, and an answer to the POST would make another one when it is
 * loaded again.
 */
final class Once {
  private static final Duration LIFE = Duration.ofMinutes(2);
  private static final int MOST = 100;

  private record Kept(String user, String secret, Instant until) {}

  private final Map<String, Kept> kept = new LinkedHashMap<>();

  /** Keeps a secret for this person; gives the name to ask for it by. */
  synchronized String keep(String user, String secret) {
    kept.values().removeIf(k -> k.until().isBefore(Instant.now()));
    if (kept.size() >= MOST) {
      kept.remove(kept.keySet().iterator().next());
    }
    String name = UUID.randomUUID().toString();
    kept.put(name, new Kept(user, secret, Instant.now().plus(LIFE)));
    return name;
  }

  /** The secret, to whom it was kept for and only the first time. */
  synchronized Optional<String> take(String user, @Nullable String name) {
    Kept found = name == null ? null : kept.get(name);
    if (found == null || !found.user().equals(user) || found.until().isBefore(Instant.now())) {
      return Optional.empty();
    }
    kept.remove(name);
    return Optional.of(found.secret());
  }
}
