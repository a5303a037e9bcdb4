package dev.samdan.base;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Fuzzing by seeded mutation: a reader gets thousands of inputs that are nearly right, and may
 * refuse them only as it declares. An end that is not declared, and an input that it does not come
 * back from, fail the test with the seed and the input.
 *
 * <p>Quick by default; {@code -Dsamdan.fuzz=SECONDS} goes on for so long with each reader, which
 * the long tests do; {@code -Dsamdan.seed=N} repeats a run.
 */
public final class Fuzz {
  /** How many inputs a quick run has. */
  private static final int ROUNDS = 2_000;

  /** An input of a few kilobytes that takes longer than this will not end. */
  private static final long HANGS_MILLIS = 30_000;

  private static final int LARGEST = 64 << 10;

  private static final List<String> WORDS =
      List.of(
          "\u0000",
          "\ufeff",
          "\ud800",
          "\t",
          "\r\n",
          "\n---\n",
          "- ",
          ": ",
          "? ",
          "&a ",
          "*a",
          "<<: *a",
          "!!binary ",
          "!!python/object ",
          "|",
          ">-",
          "[",
          "]",
          "{",
          "}",
          "\"",
          "'",
          "\\",
          "#",
          "${",
          "$(",
          "%",
          "..",
          "../",
          "/",
          "//",
          "~",
          "null",
          "true",
          "-1",
          "0",
          "00",
          "1e9",
          "2147483648",
          "9223372036854775808",
          "0x7f",
          "NaN",
          "99999999999999999999",
          "2026-02-30",
          "*",
          "**",
          "**/",
          "?",
          "[a-",
          "[!",
          "{a,b}",
          "{,}",
          "@sha256:",
          ":latest",
          "é",
          "가칭",
          "<IMAGE1_NAME>",
          "]]>",
          "<!DOCTYPE a [<!ENTITY b \"c\">]>",
          "&b;",
          "&#0;",
          "<a>",
          "</a>");

  private final String what;
  private final Random random;
  private final long seed;
  private final List<byte[]> corpus;
  private int rounds = ROUNDS;
  private final List<Class<? extends Throwable>> declared = new ArrayList<>();

  private Fuzz(String what, List<byte[]> corpus) {
    this.what = what;
    this.seed = Long.getLong("samdan.seed", System.nanoTime());
    this.random = new Random(seed);
    this.corpus = corpus;
  }

  /** Takes one input. */
  public interface Reader {
    void read(byte[] input) throws Exception;
  }

  /** Takes one input as text. */
  public interface TextReader {
    void read(String input) throws Exception;
  }

  public static Fuzz of(String what, List<byte[]> corpus) {
    return new Fuzz(what, corpus);
  }

  public static Fuzz ofTexts(String what, String... corpus) {
    return of(what, Stream.of(corpus).map(t -> t.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /** The files below these places whose name the predicate takes. */
  public static List<byte[]> files(Predicate<String> wanted, String... places) {
    List<byte[]> found = new ArrayList<>();
    for (String place : places) {
      try (Stream<Path> all = Files.walk(Path.of(place))) {
        for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
          if (wanted.test(String.valueOf(file.getFileName()))) {
            found.add(Files.readAllBytes(file));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  /** What the reader may refuse an input with, beside a PlatformException. */
  public Fuzz refusing(Class<? extends Throwable> refusal) {
    declared.add(refusal);
    return this;
  }

  /** For a reader that writes files: fewer inputs in a quick run. */
  public Fuzz onDisk() {
    rounds = ROUNDS / 10;
    return this;
  }

  public void runTexts(TextReader reader) {
    run(bytes -> reader.read(new String(bytes, StandardCharsets.UTF_8)));
  }

  public void run(Reader reader) {
    System.out.println("Fuzz: " + what + ": -Dsamdan.seed=" + seed);
    AtomicReference<byte[]> current = new AtomicReference<>(new byte[0]);
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("fuzz " + what)
            .unstarted(() -> end.set(ends(reader, current)));
    thread.start();
    byte[] seen = null;
    long since = System.nanoTime();
    while (join(thread)) {
      byte[] now = current.get();
      if (now != seen) {
        seen = now;
        since = System.nanoTime();
      } else if ((System.nanoTime() - since) / 1_000_000 > HANGS_MILLIS) {
        fail(
            "%s does not come back (seed %d) from:%n%s%nat %s",
            what, seed, shown(now), Arrays.toString(thread.getStackTrace()));
      }
    }
    Throwable broken = end.get();
    if (broken != null) {
      throw new AssertionError(
          what + " (seed " + seed + ") broke on:\n" + shown(current.get()), broken);
    }
  }

  /** Waits a little; true while the thread lives. */
  private static boolean join(Thread thread) {
    try {
      thread.join(200);
      return thread.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Throwable ends(Reader reader, AtomicReference<byte[]> current) {
    long seconds = Long.getLong("samdan.fuzz", 0);
    long until = System.nanoTime() + seconds * 1_000_000_000L;
    for (int round = 0; seconds > 0 ? System.nanoTime() < until : round < rounds; round++) {
      byte[] input = round < corpus.size() ? corpus.get(round) : next();
      current.set(input);
      try {
        reader.read(input);
      } catch (PlatformException expected) {
        if (expected.code() == PlatformException.Code.INTERNAL) {
          return expected;
        }
      } catch (Throwable e) {
        if (declared.stream().noneMatch(d -> d.isInstance(e))) {
          return e;
        }
      }
    }
    return null;
  }

  private byte[] next() {
    byte[] input = any().clone();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      input = mutated(input);
    }
    return input.length > LARGEST ? Arrays.copyOf(input, LARGEST) : input;
  }

  private byte[] any() {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private byte[] mutated(byte[] input) {
    int from = random.nextInt(input.length + 1);
    int to = from + random.nextInt(Math.min(40, input.length - from) + 1);
    return switch (random.nextInt(10)) {
      case 0 -> flipped(input);
      case 1 -> spliced(input, from, to, new byte[0]);
      case 2 -> spliced(input, from, from, word());
      case 3 -> spliced(input, from, to, word());
      case 4 -> spliced(input, from, from, Arrays.copyOfRange(input, from, to));
      case 5 -> spliced(input, from, from, repeated());
      case 6 -> lines(input);
      case 7 -> {
        byte[] other = any();
        int at = random.nextInt(other.length + 1);
        yield spliced(input, from, input.length, Arrays.copyOfRange(other, at, other.length));
      }
      case 8 -> Arrays.copyOf(input, from);
      default ->
          spliced(
              input,
              from,
              to,
              Integer.toString(random.nextInt()).getBytes(StandardCharsets.US_ASCII));
    };
  }

  private byte[] flipped(byte[] input) {
    byte[] output = input.clone();
    for (int n = random.nextInt(4); n >= 0 && output.length > 0; n--) {
      output[random.nextInt(output.length)] = (byte) random.nextInt(256);
    }
    return output;
  }

  private byte[] word() {
    return WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
  }

  /** One word many times, as deep nesting and long names have it. */
  private byte[] repeated() {
    byte[] word = word();
    byte[] all = new byte[word.length * (1 << random.nextInt(13))];
    for (int i = 0; i < all.length; i++) {
      all[i] = word[i % word.length];
    }
    return all;
  }

  /** A line said twice, left out or moved. */
  private byte[] lines(byte[] input) {
    List<String> lines =
        new ArrayList<>(List.of(new String(input, StandardCharsets.ISO_8859_1).split("\n", -1)));
    String line = lines.get(random.nextInt(lines.size()));
    if (random.nextBoolean()) {
      lines.remove(line);
    }
    if (random.nextBoolean()) {
      lines.add(random.nextInt(lines.size() + 1), line);
    }
    return String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] spliced(byte[] input, int from, int to, byte[] by) {
    byte[] output = new byte[from + by.length + input.length - to];
    System.arraycopy(input, 0, output, 0, from);
    System.arraycopy(by, 0, output, from, by.length);
    System.arraycopy(input, to, output, from + by.length, input.length - to);
    return output;
  }

  private static String shown(byte[] input) {
    byte[] head = Arrays.copyOf(input, Math.min(input.length, 4_000));
    return new String(head, StandardCharsets.UTF_8)
        + "\n("
        + input.length
        + " bytes, SHA-256 "
        + HexFormat.of().formatHex(Digest.sha256().digest(input))
        + ") in base64: "
        + Base64.getEncoder().encodeToString(head);
  }
}
