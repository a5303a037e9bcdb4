package dev.samdan.registry.aws;

import dev.samdan.registry.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An operation's input, read with AWS's refusals. */
record Arguments(JsonNode input) {
  private static final int PAGE = 100;
  private static final int LARGEST_PAGE = 1000;

  /** A text member, or null. */
  @Nullable String text(String name) {
    JsonNode value = input.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw invalid(name + " must be a string");
    }
    return value.stringValue();
  }

  String required(String name) {
    String text = text(name);
    if (text == null || text.isEmpty()) {
      throw invalid("Missing required field: " + name);
    }
    return text;
  }

  /** The repository that the operation is about. */
  String repository() {
    String name = required("repositoryName");
    if (!ImageReference.isRepository(name)) {
      throw invalid(
          "Invalid parameter at 'repositoryName' failed to satisfy constraint: '"
              + name
              + "' is not a repository's name");
    }
    return name;
  }

  boolean flag(String name) {
    return input.path(name).asBoolean(false);
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode one : input.path(name)) {
      texts.add(one.asString(""));
    }
    return texts;
  }

  List<JsonNode> list(String name) {
    List<JsonNode> all = new ArrayList<>();
    input.path(name).forEach(all::add);
    if (all.size() > PAGE) {
      throw invalid(name + " takes at most " + PAGE);
    }
    return all;
  }

  /**
   * One page of a list, with {@code nextToken} where more follows. A list of chosen things is one
   * page.
   */
  Map<String, Object> page(String name, List<?> all, boolean chosen) {
    int from = chosen ? 0 : position(text("nextToken"));
    int size = chosen ? all.size() : input.path("maxResults").asInt(PAGE);
    if (!chosen && (size < 1 || size > LARGEST_PAGE)) {
      throw invalid("maxResults must be from 1 to " + LARGEST_PAGE);
    }
    int begin = Math.min(from, all.size());
    int end = (int) Math.min((long) begin + size, all.size());
    Map<String, Object> page = new LinkedHashMap<>();
    page.put(name, all.subList(begin, end));
    if (end < all.size()) {
      page.put(
          "nextToken",
          Base64.getEncoder().encodeToString(("at:" + end).getBytes(StandardCharsets.UTF_8)));
    }
    return page;
  }

  private static int position(@Nullable String token) {
    if (token == null) {
      return 0;
    }
    try {
      String text = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
      if (text.matches("at:[0-9]{1,9}")) {
        return Integer.parseInt(text.substring(3));
      }
    } catch (IllegalArgumentException e) {
      // Refused below, as any other token that was not given here.
    }
    throw invalid("nextToken is not one that was given here");
  }

  static AwsError invalid(String message) {
    return new AwsError("InvalidParameterException", message);
  }
}
