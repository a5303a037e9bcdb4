package dev.samdan.rooms;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A webhook's body with placeholders such as {@code {text}}. What replaces them is escaped as the
 * content type needs: inside a JSON string, in a form, or as it is.
 */
record BodyTemplate(String template, String recipient, String contentType) {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]+)\\}");
  private static final String ALL =
      """
      {"room": "{room}", "kind": "{kind}", "pipeline": "{pipeline}", "text": "{text}", "link": "{link}", "at": "{at}"}\
      """;
  // Workplace Chat, "Send API": a message to a group chat by its thread key.
  private static final String WORKCHAT_GROUP =
      """
      {"recipient": {"thread_key": "{recipient}"}, "message": {"text": "{text}"}}\
      """;
  private static final String WORKCHAT =
      """
      {"message": {"text": "{text}"}}\
      """;

  static BodyTemplate of(
      String preset, @Nullable String own, @Nullable String recipient, String contentType) {
    String to = recipient == null ? "" : recipient.strip();
    String template =
        own != null && !own.isBlank()
            ? own
            : !preset.equals("workchat") ? ALL : to.isEmpty() ? WORKCHAT : WORKCHAT_GROUP;
    return new BodyTemplate(template, to, contentType);
  }

  /** INVALID where a placeholder is unknown or the result cannot be JSON. */
  void check() {
    Map<String, String> values = values(SAMPLE);
    Matcher matcher = PLACEHOLDER.matcher(template);
    while (matcher.find()) {
      if (!values.containsKey(matcher.group(1))) {
        throw PlatformException.invalid(
            "'"
                + matcher.group()
                + "' is not a placeholder of a webhook's body; there are "
                + String.join(", ", values.keySet()));
      }
    }
    if (isJson()) {
      try {
        Json.tree(render(SAMPLE));
      } catch (PlatformException e) {
        throw new PlatformException(
            PlatformException.Code.INVALID,
            "the webhook's body is sent as JSON, but is not: "
                + e.text()
                + ". Mend it, or give a Content-Type header of another kind",
            e);
      }
    }
  }

  String render(Message message) {
    Map<String, String> values = values(message);
    return PLACEHOLDER
        .matcher(template)
        .replaceAll(found -> {
          String value = values.get(found.group(1));
          return Matcher.quoteReplacement(value == null ? found.group() : escaped(value));
        });
  }

  private boolean isJson() {
    return contentType.toLowerCase(Locale.ROOT).contains("json");
  }

  private String escaped(String value) {
    if (isJson()) {
      String quoted = Json.write(value);
      return quoted.substring(1, quoted.length() - 1);
    }
    boolean form = contentType.toLowerCase(Locale.ROOT).contains("form-urlencoded");
    return form ? URLEncoder.encode(value, StandardCharsets.UTF_8) : value;
  }

  private Map<String, String> values(Message message) {
    Map<String, String> values = new TreeMap<>();
    values.put("text", message.text());
    values.put("sentence", message.sentence());
    values.put("detail", message.detail());
    values.put("link", message.link());
    values.put("kind", message.kind().text());
    values.put("room", message.room());
    values.put("at", message.at().toString());
    values.put("recipient", recipient);
    values.put("application", message.application() == null ? "" : message.application());
    values.put("pipeline", message.pipeline() == null ? "" : message.pipeline());
    for (String fact :
        new String[] {Fact.ENVIRONMENT, Fact.COMMIT, Fact.AUTHOR, Fact.STAGE, Fact.ERROR}) {
      values.put(fact, message.facts().getOrDefault(fact, ""));
    }
    return values;
  }

  private static final Message SAMPLE =
      new Message(
          1,
          "room",
          java.time.Instant.EPOCH,
          Kind.NOTE,
          null,
          null,
          null,
          "a \"text\"\n",
          "",
          "",
          "",
          new LinkedHashMap<>());
}
