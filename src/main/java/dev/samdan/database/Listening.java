package dev.samdan.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection of its own that waits for one channel, and is made anew whenever it breaks. */
final class Listening implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final Database.Connection details;
  private final String channel;
  private final Consumer<String> onNotify;
  private volatile boolean closed;
  private volatile @Nullable Connection connection;
  private Duration pause = FIRST_PAUSE;

  private Listening(Database.Connection details, String channel, Consumer<String> onNotify) {
    this.details = details;
    this.channel = channel;
    this.onNotify = onNotify;
  }

  static Listening start(Database.Connection details, String channel, Consumer<String> onNotify) {
    Listening listening = new Listening(details, channel, onNotify);
    Thread.ofVirtual().name("listen-" + channel).start(listening::run);
    return listening;
  }

  private void run() {
    while (!closed) {
      try (Connection connected = details.connect()) {
        connection = connected;
        receive(connected);
      } catch (SQLException e) {
        LOG.debug("channel {}: {}", channel, e.getMessage());
      } finally {
        connection = null;
      }
      rest();
    }
  }

  private void receive(Connection connected) throws SQLException {
    try (var statement = connected.createStatement()) {
      statement.execute("listen " + TierDatabases.quoted(channel));
    }
    pause = FIRST_PAUSE;
    tell("");
    PGConnection notifications = connected.unwrap(PGConnection.class);
    while (!closed) {
      PGNotification[] received = notifications.getNotifications(0);
      for (PGNotification notification : received == null ? new PGNotification[0] : received) {
        tell(notification.getParameter());
      }
    }
  }

  /** A listener that fails must not end the listening of the others' next changes. */
  private void tell(String payload) {
    try {
      onNotify.accept(payload);
    } catch (RuntimeException e) {
      LOG.warn("a listener of channel {} failed", channel, e);
    }
  }

  private void rest() {
    if (closed) {
      return;
    }
    try {
      Thread.sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
              : pause.multipliedBy(2);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    Connection open = connection;
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("channel {}: {}", channel, e.getMessage());
      }
    }
  }
}
