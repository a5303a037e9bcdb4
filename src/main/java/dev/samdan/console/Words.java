package dev.samdan.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Every word of the console in one language; the two catalogues have the same keys. */
public final class Words {
  private static final Words ENGLISH = new Words("en");
  private static final Words KOREAN = new Words("ko");

  private final String tag;
  private final Properties catalogue;

  private Words(String tag) {
    this.tag = tag;
    this.catalogue = load(tag);
  }

  private static Properties load(String tag) {
    Properties words = new Properties();
    String name = "words_" + tag + ".properties";
    try (InputStream in = Objects.requireNonNull(Words.class.getResourceAsStream(name), name)) {
      words.load(new InputStreamReader(in, StandardCharsets.UTF_8));
      return words;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The words of a language tag; English where there are none for it. */
  static Words of(@Nullable String tag) {
    return "ko".equals(tag) ? KOREAN : ENGLISH;
  }

  /**
   * The first language of an Accept-Language header that we speak (RFC 9110, without weighing equal
   * ones).
   */
  static Words accepted(@Nullable String header) {
    for (Locale.LanguageRange range : ranges(header)) {
      if (range.getRange().startsWith("ko")) {
        return KOREAN;
      }
      if (range.getRange().startsWith("en")) {
        return ENGLISH;
      }
    }
    return ENGLISH;
  }

  private static Iterable<Locale.LanguageRange> ranges(@Nullable String header) {
    try {
      return header == null || header.isBlank()
          ? java.util.List.of()
          : Locale.LanguageRange.parse(header);
    } catch (IllegalArgumentException e) {
      return java.util.List.of();
    }
  }

  public String tag() {
    return tag;
  }

  public boolean korean() {
    return tag.equals("ko");
  }

  /** The tag of the other language. */
  public String other() {
    return korean() ? "en" : "ko";
  }

  /** A sentence with {@code {0}}, {@code {1}}… filled in; identifiers go in as they are. */
  public String say(String key, @Nullable Object... values) {
    String text = catalogue.getProperty(key);
    if (text == null) {
      throw new IllegalStateException("the console has no words for '" + key + "' in " + tag);
    }
    for (int i = 0; i < values.length; i++) {
      text = text.replace("{" + i + "}", String.valueOf(values[i]));
    }
    return text;
  }

  /**
   * A sentence that differs for one and many: {@code key.one} and {@code key.many}; {@code {0}} is
   * the count.
   */
  public String count(String key, long count, @Nullable Object... more) {
    @Nullable Object[] values = new @Nullable Object[more.length + 1];
    values[0] = count;
    System.arraycopy(more, 0, values, 1, more.length);
    return say(key + (count == 1 ? ".one" : ".many"), values);
  }

  Set<String> keys() {
    return new TreeSet<>(catalogue.stringPropertyNames());
  }

  /** {@code 0.4 s}, {@code 41.2 s}, {@code 5 min 12 s}, {@code 2 h 3 min}; 초, 분, 시간 in Korean. */
  public String duration(Duration time) {
    double seconds = time.toMillis() / 1000.0;
    if (seconds < 60) {
      return say("time.seconds", String.format(Locale.ROOT, "%.1f", seconds));
    }
    return time.toHours() < 1
        ? say("time.minutes", time.toMinutes(), time.toSecondsPart())
        : say("time.hours", time.toHours(), time.toMinutesPart());
  }

  /** {@code 5 min}, {@code 30 s}: a whole span without its smaller parts. */
  public String span(Duration time) {
    if (time.toSeconds() < 60) {
      return say("time.seconds", time.toSeconds());
    }
    return time.toHours() < 1
        ? say("time.span.minutes", time.toMinutes())
        : say("time.span.hours", time.toHours());
  }

  /** A day and its clock: {@code 30 November at 10:16}. */
  public String moment(Instant instant) {
    ZonedDateTime at = instant.atZone(ZoneId.systemDefault());
    return korean()
        ? at.getMonthValue() + "월 " + at.getDayOfMonth() + "일 " + clock(instant)
        : DateTimeFormatter.ofPattern("d MMMM 'at' HH:mm", Locale.ENGLISH).format(at);
  }

  /** A day as a heading: {@code Today, 23 November}. */
  public String day(LocalDate day) {
    String name =
        korean()
            ? day.getMonthValue() + "월 " + day.getDayOfMonth() + "일"
            : DateTimeFormatter.ofPattern("d MMMM", Locale.ENGLISH).format(day);
    return day.equals(LocalDate.now(ZoneId.systemDefault()))
        ? say("time.today.day", name)
        : day.equals(LocalDate.now(ZoneId.systemDefault()).minusDays(1))
            ? say("time.yesterday.day", name)
            : name;
  }

  /** A day above a graph: {@code Mon 16}, and its word for today. */
  public String weekday(LocalDate day) {
    return day.equals(LocalDate.now(ZoneId.systemDefault()))
        ? say("time.today")
        : DateTimeFormatter.ofPattern(
                korean() ? "d일 E" : "E d", korean() ? Locale.KOREAN : Locale.ENGLISH)
            .format(day);
  }

  /** A time to come: its clock today, else its day and clock. */
  public String coming(Instant instant) {
    LocalDate day = instant.atZone(ZoneId.systemDefault()).toLocalDate();
    LocalDate today = LocalDate.now(ZoneId.systemDefault());
    return day.equals(today)
        ? clock(instant)
        : day.equals(today.plusDays(1)) ? say("time.tomorrow", clock(instant)) : moment(instant);
  }

  /** {@code 10:42} today, {@code yesterday, 16:20}, {@code 14 Nov}. */
  public String at(Instant instant) {
    ZonedDateTime at = instant.atZone(ZoneId.systemDefault());
    LocalDate today = LocalDate.now(ZoneId.systemDefault());
    String clock = clock(instant);
    if (at.toLocalDate().equals(today)) {
      return clock;
    }
    if (at.toLocalDate().equals(today.minusDays(1))) {
      return say("time.yesterday", clock);
    }
    return korean()
        ? at.getMonthValue() + "월 " + at.getDayOfMonth() + "일"
        : DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH).format(at);
  }

  /** {@code 12 min ago}; 12분 전 in Korean. */
  public String ago(Duration age) {
    return age.toMinutes() < 1 ? say("time.now") : say("time.ago", age.toMinutes());
  }

  /** {@code 10:42}. */
  public String clock(Instant instant) {
    return DateTimeFormatter.ofPattern("HH:mm").format(instant.atZone(ZoneId.systemDefault()));
  }

  /** {@code 10:42:07}. */
  public String exactClock(Instant instant) {
    return DateTimeFormatter.ofPattern("HH:mm:ss").format(instant.atZone(ZoneId.systemDefault()));
  }

  /** A limit of memory as it is declared, in units of 1024: {@code 512 MB}. */
  public String memory(long bytes) {
    return korean() ? (bytes >> 20) + "MB" : (bytes >> 20) + " MB";
  }

  /** {@code 512 kB}, {@code 2.1 GB}; Korean without the space. */
  public String bytes(long bytes) {
    if (bytes < 1_000) {
      return korean() ? bytes + "B" : bytes + " B";
    }
    double value = bytes;
    String[] units = {"B", "kB", "MB", "GB", "TB"};
    int unit = 0;
    while (value >= 1_000 && unit < units.length - 1) {
      value /= 1_000;
      unit++;
    }
    String number = String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    return korean() ? number + units[unit] : number + " " + units[unit];
  }
}
