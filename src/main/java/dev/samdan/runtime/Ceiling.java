package dev.samdan.runtime;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A task's own size, which bounds each of its containers (ECS task cpu and memory). The share of
 * the CPUs holds from the first moment, the ceiling only after a start, as programs need most then.
 */
final class Ceiling {
  /** How long a container may take what is free. */
  static final Duration START = Duration.ofSeconds(10);

  static final long PERIOD_MICROS = 100_000;

  private Ceiling() {}

  /** 0 where the definition says nothing. */
  static int cpuUnits(@Nullable String cpu) {
    return (int) sized(cpu, "vcpu", 1024);
  }

  /** 0 where the definition says nothing. */
  static long memoryMib(@Nullable String memory) {
    return sized(memory, "gb", 1024);
  }

  /** CPU time in each period; 1024 units are one CPU. */
  static long quotaMicros(int cpuUnits) {
    return Math.max(1000, PERIOD_MICROS * cpuUnits / 1024);
  }

  private static long sized(@Nullable String text, String unit, int factor) {
    if (text == null || text.isBlank()) {
      return 0;
    }
    String number = text.strip().toLowerCase(Locale.ROOT);
    return number.endsWith(unit)
        ? Math.round(
            Double.parseDouble(number.substring(0, number.length() - unit.length()).strip())
                * factor)
        : Long.parseLong(number);
  }
}
