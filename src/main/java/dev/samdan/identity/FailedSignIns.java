package dev.samdan.identity;

import dev.samdan.base.PlatformException;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Attempts to sign in that failed, counted by address. */
final class FailedSignIns {
  private static final int MOST = 10;
  private static final Duration WINDOW = Duration.ofMinutes(10);

  private FailedSignIns() {}

  static void record(Handle handle, String address, Instant now) {
    handle
        .createUpdate("delete from failed_sign_in where at <= :since")
        .bind("since", now.minus(WINDOW))
        .execute();
    handle
        .createUpdate("insert into failed_sign_in (address, at) values (:address, :now)")
        .bind("address", address)
        .bind("now", now)
        .execute();
  }

  static void refuseTooMany(Handle handle, String address, Instant now) {
    int failures =
        handle
            .createQuery(
                "select count(*) from failed_sign_in where address = :address and at > :since")
            .bind("address", address)
            .bind("since", now.minus(WINDOW))
            .mapTo(Integer.class)
            .one();
    if (failures >= MOST) {
      throw new PlatformException(
          PlatformException.Code.RATE_LIMITED,
          MOST
              + " attempts to sign in from "
              + address
              + " failed. Try again in "
              + WINDOW.toMinutes()
              + " minutes, or use the link that samdan up prints then");
    }
  }
}
