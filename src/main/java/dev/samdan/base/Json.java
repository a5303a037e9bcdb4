package dev.samdan.base;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one JSON mapper: camelCase names, instants as ISO-8601 text, unknown members ignored, nulls
 * left out.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .changeDefaultPropertyInclusion(v -> v.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  private static final ObjectWriter TEXTS = MAPPER.writer(new NoZero());

  private Json() {}

  /** The mapper itself, for streaming. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /**
   * A document as text, with U+FFFD in place of each zero character, which PostgreSQL's jsonb
   * cannot hold (its manual, 8.14).
   */
  public static String write(Object value) {
    return TEXTS.writeValueAsString(value);
  }

  public static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /**
   * Reads a document; text that is not JSON of that shape is an INVALID problem naming line and
   * column.
   */
  public static <T> T read(String text, Class<T> type) {
    try {
      return MAPPER.readValue(text, type);
    } catch (JacksonException e) {
      throw invalid(e);
    }
  }

  public static <T> T read(byte[] text, Class<T> type) {
    try {
      return MAPPER.readValue(text, type);
    } catch (JacksonException e) {
      throw invalid(e);
    }
  }

  public static JsonNode tree(String text) {
    return read(text, JsonNode.class);
  }

  private static final class NoZero extends CharacterEscapes {
    private static final long serialVersionUID = 1;
    private static final int[] ESCAPES = standardAsciiEscapesForJSON();
    private static final SerializableString REPLACEMENT = new SerializedString("\uFFFD");

    static {
      ESCAPES[0] = ESCAPE_CUSTOM;
    }

    @Override
    public int[] getEscapeCodesForAscii() {
      return ESCAPES;
    }

    /** Asked for each character beyond ASCII too, which stays as it is. */
    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
      return character == 0 ? REPLACEMENT : null;
    }
  }

  private static PlatformException invalid(JacksonException e) {
    var at = e.getLocation();
    String where =
        at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    return new PlatformException(
        PlatformException.Code.INVALID, "not valid JSON: " + where + e.getOriginalMessage(), e);
  }
}
