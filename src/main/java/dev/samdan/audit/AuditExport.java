package dev.samdan.audit;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How entries are written out, one a line. */
public enum AuditExport {
  /** JSON Lines, one object a line. */
  JSONL("application/jsonl") {
    @Override
    byte[] head() {
      return new byte[0];
    }

    @Override
    byte[] line(AuditEntry entry) {
      return (Json.write(entry) + "\n").getBytes(StandardCharsets.UTF_8);
    }
  },
  /** RFC 4180, with a head. */
  CSV("text/csv; charset=utf-8") {
    @Override
    byte[] head() {
      return row(COLUMNS);
    }

    @Override
    byte[] line(AuditEntry e) {
      return row(
          List.of(
              String.valueOf(e.id()),
              e.at().toString(),
              e.who(),
              e.door(),
              e.address(),
              e.action(),
              e.application() == null ? "" : e.application(),
              e.subject(),
              e.outcome(),
              e.detail()));
    }
  };

  private static final List<String> COLUMNS =
      Stream.of(AuditEntry.class.getRecordComponents()).map(c -> c.getName()).toList();

  private final String contentType;

  AuditExport(String contentType) {
    this.contentType = contentType;
  }

  /** The one of this name; INVALID names both. */
  public static AuditExport parse(String text) {
    return switch (text) {
      case "jsonl" -> JSONL;
      case "csv" -> CSV;
      default -> throw PlatformException.invalid("'" + text + "' is not a format: jsonl or csv");
    };
  }

  public String contentType() {
    return contentType;
  }

  abstract byte[] head();

  abstract byte[] line(AuditEntry entry);

  private static byte[] row(List<String> cells) {
    String line = cells.stream().map(AuditExport::cell).collect(Collectors.joining(","));
    return (line + "\r\n").getBytes(StandardCharsets.UTF_8);
  }

  /** What a spreadsheet would take for a formula is made text (OWASP, CSV Injection). */
  private static String cell(String text) {
    String plain = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    return plain.matches("(?s).*[\",\r\n].*") ? "\"" + plain.replace("\"", "\"\"") + "\"" : plain;
  }
}
