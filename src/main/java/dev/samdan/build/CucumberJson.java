package dev.samdan.build;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.build.ReportCase.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/**
 * Reads Cucumber's JSON: a scenario is a test of its feature, with the steps of the background
 * before it.
 */
final class CucumberJson {
  private static final double NANO = 1e-9;
  private static final int MOST_TOKENS = 1_000_000;

  private CucumberJson() {}

  static void read(Path file, Consumer<ReportCase> cases) throws IOException {
    JsonNode root = tree(file, "Cucumber JSON");
    if (!root.isArray()) {
      throw PlatformException.invalid("not Cucumber JSON: it must be a list of features");
    }
    for (JsonNode feature : root) {
      if (!feature.isObject()) {
        throw PlatformException.invalid("not Cucumber JSON: a feature must be an object");
      }
      List<JsonNode> background = new ArrayList<>();
      for (JsonNode element : feature.path("elements")) {
        if (element.path("type").asString("").equals("background")) {
          background.clear();
          background.add(element);
        } else {
          List<JsonNode> all = new ArrayList<>(background);
          all.add(element);
          background.clear();
          cases.accept(scenario(feature.path("name").asString(""), element, all));
        }
      }
    }
  }

  /**
   * A JSON document; INVALID where it is none or too large. Each of its values takes many times its
   * own length of memory.
   */
  static JsonNode tree(Path file, String what) throws IOException {
    if (Files.size(file) > ReportXml.LARGEST_FILE) {
      throw PlatformException.invalid("larger than " + (ReportXml.LARGEST_FILE >> 20) + " MB");
    }
    try {
      String text = Files.readString(file);
      requireFewValues(text);
      return Json.tree(text);
    } catch (JacksonException | PlatformException | java.nio.charset.CharacterCodingException e) {
      throw new PlatformException(
          PlatformException.Code.INVALID,
          "not " + what + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  private static void requireFewValues(String text) {
    try (JsonParser tokens = Json.mapper().createParser(text)) {
      for (int count = 0; tokens.nextToken() != null; count++) {
        if (count >= MOST_TOKENS) {
          throw PlatformException.invalid(
              "it holds more than " + MOST_TOKENS + " names and values");
        }
      }
    }
  }

  private static ReportCase scenario(String feature, JsonNode element, List<JsonNode> parts) {
    Status status = Status.PASSED;
    String said = "";
    double seconds = 0;
    for (JsonNode part : parts) {
      for (String kind : List.of("before", "steps", "after")) {
        for (JsonNode step : part.path(kind)) {
          JsonNode result = step.path("result");
          seconds += Math.max(0, result.path("duration").asDouble(0)) * NANO;
          Status found = status(result.path("status").asString(""));
          if (worse(found, status)) {
            status = found;
            said = message(step, result);
          }
        }
      }
    }
    return ReportXml.testCase(
        feature,
        element.path("name").asString(""),
        status,
        Double.isFinite(seconds) ? seconds : 0,
        "",
        status == Status.PASSED ? "" : said);
  }

  private static String message(JsonNode step, JsonNode result) {
    String error = result.path("error_message").asString("");
    String name = (step.path("keyword").asString("") + step.path("name").asString("")).strip();
    return error.isEmpty() ? result.path("status").asString("") + ": " + name : error;
  }

  private static boolean worse(Status found, Status known) {
    return switch (found) {
      case PASSED -> false;
      case SKIPPED -> known == Status.PASSED;
      case ERROR -> known == Status.PASSED || known == Status.SKIPPED;
      case FAILED -> known != Status.FAILED;
    };
  }

  private static Status status(String text) {
    return switch (text) {
      case "failed" -> Status.FAILED;
      case "undefined", "ambiguous" -> Status.ERROR;
      case "skipped", "pending" -> Status.SKIPPED;
      default -> Status.PASSED;
    };
  }
}
