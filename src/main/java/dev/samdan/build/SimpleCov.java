package dev.samdan.build;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Reads SimpleCov's JSON: {@code .resultset.json}, which holds a run under its name, or what its
 * own JSON formatter writes.
 */
final class SimpleCov {
  private SimpleCov() {}

  static void read(Path file, Consumer<FileCoverage> files) throws IOException {
    JsonNode root = CucumberJson.tree(file, "SimpleCov JSON");
    boolean found = root.path("coverage").isObject();
    if (found) {
      addAll(root.path("coverage"), files);
    } else if (root.isObject()) {
      for (JsonNode run : root) {
        found |= run.path("coverage").isObject();
        addAll(run.path("coverage"), files);
      }
    }
    if (!found) {
      throw PlatformException.invalid("not SimpleCov JSON: it holds no `coverage`");
    }
  }

  private static void addAll(JsonNode coverage, Consumer<FileCoverage> files) {
    for (Map.Entry<String, JsonNode> file : coverage.properties()) {
      JsonNode lines = file.getValue().isArray() ? file.getValue() : file.getValue().path("lines");
      int hit = 0;
      int missed = 0;
      for (JsonNode line : lines) {
        // A line that is no code is null, one that is left out is "ignored".
        if (line.isNumber() && line.asDouble() > 0) {
          hit++;
        } else if (line.isNumber()) {
          missed++;
        }
      }
      int[] branches = new int[2];
      count(file.getValue().path("branches"), branches);
      files.accept(
          new FileCoverage(
              ReportXml.cut(file.getKey(), 1_000), hit, missed, branches[0], branches[1]));
    }
  }

  /** Branches are numbers in mappings, or objects of a list with their number in coverage. */
  private static void count(JsonNode branches, int[] into) {
    for (JsonNode branch : branches) {
      JsonNode number =
          branch.isObject() && branch.has("coverage") ? branch.path("coverage") : branch;
      if (number.isNumber()) {
        into[number.asDouble() > 0 ? 0 : 1]++;
      } else if (branch.isObject()) {
        count(branch, into);
      }
    }
  }
}
