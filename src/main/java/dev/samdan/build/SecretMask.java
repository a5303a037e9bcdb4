package dev.samdan.build;

import dev.samdan.base.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Hides values in lines, also where a tool encoded them (Base64, hexadecimal, percent, JSON) and
 * where it wrapped what it encoded into several lines. Texts are bytes as characters, so that a
 * value is found however the commands' bytes are cut or encoded.
 */
final class SecretMask {
  private static final String HIDDEN = "***";
  private static final int SHORTEST_SECRET = 4;
  private static final int SHORTEST_ENCODED = 8;
  private static final int UNTOLD = SHORTEST_ENCODED - 1;
  private static final int MOST_HELD = 200;

  private List<String> needles = List.of();
  private Map<String, List<String>> beginnings = Map.of();
  private int longest;
  private final List<String> held = new ArrayList<>();

  /** Hides further values from here on. */
  void hide(List<String> values) {
    Set<String> plain = new LinkedHashSet<>(needles);
    Set<String> wrapped = new LinkedHashSet<>();
    beginnings.values().forEach(wrapped::addAll);
    values.stream()
        .flatMap(s -> Stream.concat(Stream.of(s), s.lines()))
        .filter(s -> s.length() >= SHORTEST_SECRET)
        .forEach(value -> {
          byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
          plain.add(bytesAsText(bytes));
          plain.addAll(escaped(value));
          for (String text : encoded(bytes)) {
            // A line may end after too few letters to tell; the rest is known by what follows them.
            for (String known : List.of(text, text.substring(Math.min(text.length(), UNTOLD)))) {
              if (known.length() >= SHORTEST_ENCODED) {
                wrapped.add(known);
              }
            }
          }
        });
    plain.addAll(wrapped);
    needles = plain.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    longest = needles.isEmpty() ? 0 : needles.getFirst().length();
    Map<String, List<String>> byBeginning = new HashMap<>();
    for (String one : wrapped) {
      byBeginning
          .computeIfAbsent(one.substring(0, SHORTEST_ENCODED), b -> new ArrayList<>())
          .add(one);
    }
    beginnings = byBeginning;
  }

  private static String bytesAsText(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static List<String> escaped(String value) {
    String json = Json.write(value);
    String percent = URLEncoder.encode(value, StandardCharsets.UTF_8);
    return Stream.of(json.substring(1, json.length() - 1), percent, percent.replace("+", "%20"))
        .map(text -> bytesAsText(text.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  private static List<String> encoded(byte[] bytes) {
    HexFormat hex = HexFormat.of();
    List<String> all =
        new ArrayList<>(List.of(hex.formatHex(bytes), hex.withUpperCase().formatHex(bytes)));
    // What stands before it shifts it by up to two bytes, and mixes with its first and last
    // letters.
    for (int shift = 0; shift < 3; shift++) {
      byte[] shifted = new byte[shift + bytes.length];
      System.arraycopy(bytes, 0, shifted, shift, bytes.length);
      int from = (shift * 8 + 5) / 6;
      int to = shifted.length * 8 / 6;
      if (to > from) {
        all.add(Base64.getEncoder().encodeToString(shifted).substring(from, to));
        all.add(Base64.getUrlEncoder().encodeToString(shifted).substring(from, to));
      }
    }
    return all;
  }

  /** The length of the longest text that is looked for. */
  int longest() {
    return longest;
  }

  /** One text with what is found in it hidden. */
  String mask(String text) {
    String masked = text;
    for (String needle : needles) {
      masked = masked.replace(needle, HIDDEN);
    }
    return masked;
  }

  /**
   * Takes the next line and gives those that may be shown: a line that ends as an encoded value
   * begins waits for the next one.
   */
  List<String> next(String line) {
    if (held.isEmpty() && !endsOpen(line)) {
      return List.of(mask(line));
    }
    held.add(line);
    return held.size() < MOST_HELD && endsOpen(String.join("", held)) ? List.of() : release();
  }

  /** The lines that waited; nothing follows them. */
  List<String> release() {
    if (held.isEmpty()) {
      return List.of();
    }
    String joined = String.join("", held);
    boolean[] hidden = new boolean[joined.length()];
    for (List<String> some : beginnings.values()) {
      for (String needle : some) {
        for (int at = joined.indexOf(needle); at >= 0; at = joined.indexOf(needle, at + 1)) {
          Arrays.fill(hidden, at, at + needle.length(), true);
        }
      }
    }
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (String line : held) {
      lines.add(mask(without(line, hidden, start)));
      start += line.length();
    }
    held.clear();
    return lines;
  }

  private static String without(String line, boolean[] hidden, int start) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      if (!hidden[start + i]) {
        shown.append(line.charAt(i));
      } else if (i == 0 || !hidden[start + i - 1]) {
        shown.append(HIDDEN);
      }
    }
    return shown.toString();
  }

  /** Whether the last word of a text is, or ends with, the beginning of an encoded value. */
  private boolean endsOpen(String text) {
    if (beginnings.isEmpty()) {
      return false;
    }
    int end = text.length();
    for (int at = end - SHORTEST_ENCODED; at >= Math.max(0, end - longest); at--) {
      if (text.charAt(at) <= ' ') {
        return false;
      }
      String rest = text.substring(at);
      for (String needle :
          beginnings.getOrDefault(rest.substring(0, SHORTEST_ENCODED), List.of())) {
        if (needle.length() > rest.length() && needle.startsWith(rest)) {
          return true;
        }
      }
    }
    return false;
  }
}
