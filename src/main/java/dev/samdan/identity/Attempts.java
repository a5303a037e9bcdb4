package dev.samdan.identity;

import dev.samdan.base.PlatformException;
import dev.samdan.base.PlatformException.Code;
import dev.samdan.database.Database;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Attempts to sign in, counted by address and by person before they are checked, so that many at
 * once are no way around. After some that failed the door closes, each time for twice as long.
 */
final class Attempts {
  private static final Duration MEMORY = Duration.ofDays(1);
  private static final int MOST_KEPT = 10_000;

  private final Database database;
  private final InstantSource clock;

  Attempts(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Whose attempts are counted together, and how patiently. */
  record Subject(String key, int free, Duration first, Duration longest) {
    /** An address; of IPv6 the network of 64 bits that one subscriber has (RFC 6177). */
    static Subject address(String address) {
      return new Subject(
          "address " + network(address), 10, Duration.ofMinutes(1), Duration.ofHours(1));
    }

    static Subject user(String name) {
      String key = name.length() > 64 ? name.substring(0, 64) : name;
      return new Subject("user " + key, 5, Duration.ofSeconds(15), Duration.ofMinutes(15));
    }

    /** How long the door stays closed after so many failures. */
    Duration wait(int failures) {
      if (failures < free) {
        return Duration.ZERO;
      }
      Duration wait = first.multipliedBy(1L << Math.min(20, failures - free));
      return wait.compareTo(longest) < 0 ? wait : longest;
    }

    private static String network(String address) {
      try {
        // Only a literal holds a colon, so nothing is looked up.
        if (address.contains(":") && InetAddress.getByName(address) instanceof Inet6Address six) {
          return InetAddress.getByAddress(Arrays.copyOf(Arrays.copyOf(six.getAddress(), 8), 16))
              .getHostAddress();
        }
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e);
      }
      return address;
    }
  }

  /** An attempt that was counted, with the failures of each subject including it. */
  record Counted(List<Subject> subjects, List<Integer> failures) {}

  /** Counts an attempt; RATE_LIMITED, with the time to wait, where a door is closed. */
  Counted begin(Subject... subjects) {
    Instant now = now();
    return database.inTransaction(handle -> {
      forget(handle, now);
      List<Integer> failures = new ArrayList<>();
      for (Subject subject : subjects) {
        failures.add(count(handle, subject, now));
      }
      return new Counted(List.of(subjects), failures);
    });
  }

  private static int count(Handle handle, Subject subject, Instant now) {
    handle.execute(
        "insert into sign_in_attempt (subject, failures, last_at, open_at) values (?, 0, ?, ?) on"
            + " conflict do nothing",
        subject.key(),
        now.atOffset(ZoneOffset.UTC),
        now.atOffset(ZoneOffset.UTC));
    record Row(int failures, Instant openAt) {}
    Row row =
        handle
            .createQuery("select * from sign_in_attempt where subject = :subject for update")
            .bind("subject", subject.key())
            .map((r, _) -> new Row(r.getInt("failures"), r.getTimestamp("open_at").toInstant()))
            .one();
    if (row.openAt().isAfter(now)) {
      throw tooMany(subject, Duration.between(now, row.openAt()));
    }
    int failures = row.failures() + 1;
    handle.execute(
        "update sign_in_attempt set failures = ?, last_at = ?, open_at = ? where subject = ?",
        failures,
        now.atOffset(ZoneOffset.UTC),
        now.plus(subject.wait(failures)).atOffset(ZoneOffset.UTC),
        subject.key());
    return failures;
  }

  /** The attempt was no failure: what was counted for it is taken back, for a person all of it. */
  void succeeded(Counted counted) {
    Instant now = now();
    database.useTransaction(handle -> {
      for (int i = 0; i < counted.subjects().size(); i++) {
        Subject subject = counted.subjects().get(i);
        if (subject.key().startsWith("user ")) {
          handle.execute("delete from sign_in_attempt where subject = ?", subject.key());
        } else {
          // Failures beside this attempt stay, with the time that they closed the door for.
          handle.execute(
              "update sign_in_attempt set failures = failures - 1, open_at = case when failures = ?"
                  + " then ? else open_at end where subject = ? and failures > 0",
              counted.failures().get(i),
              now.atOffset(ZoneOffset.UTC),
              subject.key());
        }
      }
    });
  }

  /** As PostgreSQL keeps it: rounded up there, a time would come back as one yet to come. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static void forget(Handle handle, Instant now) {
    handle.execute(
        "delete from sign_in_attempt where last_at < ?",
        now.minus(MEMORY).atOffset(ZoneOffset.UTC));
    handle.execute(
        "delete from sign_in_attempt where subject in (select subject from sign_in_attempt order by"
            + " last_at desc offset ?)",
        MOST_KEPT);
  }

  private static PlatformException tooMany(Subject subject, Duration wait) {
    long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    String time = seconds < 120 ? seconds + " seconds" : (seconds + 59) / 60 + " minutes";
    boolean person = subject.key().startsWith("user ");
    return new PlatformException(
        Code.RATE_LIMITED,
        "too many attempts to sign in "
            + (person ? "as this person" : "from this address")
            + " failed: try again in "
            + time
            + (person ? ", or use a link that samdan up prints" : ""));
  }
}
