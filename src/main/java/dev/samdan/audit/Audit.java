package dev.samdan.audit;

import dev.samdan.audit.Deed.Outcome;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit log: only added to, and kept as long as its retention says. */
public final class Audit implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
  private static final int PAGE = 1_000;
  private static final int BATCH = 10 * PAGE;
  private static final Duration EXPIRING = Duration.ofHours(6);
  private static final String LET_GO = "Let go of old entries";

  private final Database database;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("audit-retention").factory());

  public Audit(Database database) {
    this.database = database;
  }

  /** How long entries are kept, and how many at most. */
  public record Retention(int days, long entries) {}

  /** Entries, the newest first; {@code nextCursor} gives the older ones, null at the end. */
  public record Page(List<AuditEntry> entries, @Nullable String nextCursor) {}

  /** Begins to let go of what is kept no longer. */
  public void start() {
    clock.scheduleWithFixedDelay(this::expire, 1, EXPIRING.toMinutes(), TimeUnit.MINUTES);
  }

  /**
   * Does a deed and records it: in the transaction of the first change that it makes, else when it
   * ends. One that fails after that has a second entry, which holds.
   */
  public <T extends @Nullable Object> T accompany(Deed deed, Supplier<T> act) {
    try {
      return database.accompany(handle -> AuditRows.append(handle, deed, Outcome.DONE), act);
    } catch (PlatformException e) {
      boolean refused = e.code() == PlatformException.Code.FORBIDDEN;
      record(deed.because(e.text()), refused ? Outcome.REFUSED : Outcome.FAILED);
      throw e;
    } catch (RuntimeException e) {
      record(deed.because(String.valueOf(e)), Outcome.FAILED);
      throw e;
    }
  }

  /** Records a deed by itself. */
  public void record(Deed deed, Outcome outcome) {
    database.useHandle(handle -> AuditRows.append(handle, deed, outcome));
  }

  /** Records that a deed was not allowed, and why. */
  public void refused(Deed deed, String reason) {
    record(deed.because(reason), Outcome.REFUSED);
  }

  /**
   * @param cursor of the page before; null for the newest
   */
  public Page list(AuditFilter filter, @Nullable String cursor, int limit) {
    List<AuditEntry> found =
        database.withHandle(handle -> AuditRows.read(handle, filter, before(cursor), limit + 1));
    boolean more = found.size() > limit;
    List<AuditEntry> entries = more ? found.subList(0, limit) : found;
    return new Page(entries, more ? String.valueOf(entries.getLast().id()) : null);
  }

  private static long before(@Nullable String cursor) {
    if (cursor == null) {
      return Long.MAX_VALUE;
    }
    try {
      return Long.parseLong(cursor);
    } catch (NumberFormatException e) {
      throw new PlatformException(
          PlatformException.Code.INVALID, "'" + cursor + "' is no cursor of the audit log", e);
    }
  }

  /** How many of them were done, refused and failed; what is not there is none. */
  public Map<String, Long> outcomes(AuditFilter filter) {
    return database.withHandle(handle -> AuditRows.outcomes(handle, filter));
  }

  /** What was done lately, in an application or (null) anywhere: names to choose from. */
  public List<String> actions(@Nullable String application) {
    return database.withHandle(handle -> AuditRows.actions(handle, application, PAGE));
  }

  /** Writes all entries, the newest first, a page at a time. */
  public void export(AuditFilter filter, AuditExport format, OutputStream out) throws IOException {
    out.write(format.head());
    long before = Long.MAX_VALUE;
    List<AuditEntry> page;
    do {
      long next = before;
      page = database.withHandle(handle -> AuditRows.read(handle, filter, next, PAGE));
      for (AuditEntry entry : page) {
        out.write(format.line(entry));
      }
      before = page.isEmpty() ? 0 : page.getLast().id();
    } while (page.size() == PAGE);
  }

  public Retention retention() {
    return database.withHandle(handle ->
        handle
            .createQuery("select days, entries from audit_retention")
            .map((row, _) -> new Retention(row.getInt("days"), row.getLong("entries")))
            .one());
  }

  /** INVALID beyond 30 to 3650 days or ten thousand to a hundred million entries. */
  public Retention setRetention(Retention wanted) {
    try {
      database.useHandle(handle ->
          handle.execute(
              "update audit_retention set days = ?, entries = ?", wanted.days(), wanted.entries()));
    } catch (UnableToExecuteStatementException e) {
      throw new PlatformException(
          PlatformException.Code.INVALID,
          "entries are kept for 30 to 3650 days, and 10000 to 100000000 of them",
          e);
    }
    return wanted;
  }

  /** Lets go of everything that is kept no longer. */
  void expire() {
    try {
      int gone;
      do {
        gone = expireSome();
      } while (gone == BATCH);
    } catch (RuntimeException e) {
      LOG.warn("the audit log could not let go of old entries; it is tried again", e);
    }
  }

  /** What is taken away is recorded with it. */
  private int expireSome() {
    return database.inTransaction(handle -> {
      int gone = AuditRows.expire(handle, LET_GO, BATCH);
      if (gone > 0) {
        Deed deed =
            new Deed(
                "samdan",
                Deed.Door.SAMDAN,
                "",
                LET_GO,
                null,
                "/audit",
                gone + " entries beyond the retention");
        AuditRows.append(handle, deed, Outcome.DONE);
      }
      return gone;
    });
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
