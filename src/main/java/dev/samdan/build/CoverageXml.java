package dev.samdan.build;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;

/** Reads the coverage of JaCoCo, Cobertura and Clover. */
final class CoverageXml {
  /** Cobertura's {@code condition-coverage="50% (1/2)"}. */
  private static final Pattern CONDITION = Pattern.compile(".*\\((\\d{1,9})/(\\d{1,9})\\).*");

  private CoverageXml() {}

  /** What is known of a file while it is read: its lines, and the branches of each. */
  private static final class Lines {
    private final Map<Integer, Boolean> covered = new LinkedHashMap<>();
    private final Map<Integer, int[]> branches = new LinkedHashMap<>();

    void line(int number, boolean hit) {
      covered.merge(number, hit, Boolean::logicalOr);
    }

    void branches(int number, int hit, int all) {
      branches.merge(
          number,
          new int[] {Math.min(hit, all), all},
          (a, b) -> new int[] {Math.max(a[0], b[0]), Math.max(a[1], b[1])});
    }

    FileCoverage sum(String path) {
      int hit = (int) covered.values().stream().filter(h -> h).count();
      int taken = branches.values().stream().mapToInt(b -> b[0]).sum();
      int all = branches.values().stream().mapToInt(b -> b[1]).sum();
      return new FileCoverage(
          ReportXml.cut(path, 1_000), hit, covered.size() - hit, taken, all - taken);
    }
  }

  private static void sums(Map<String, Lines> files, Consumer<FileCoverage> sums) {
    files.forEach((path, lines) -> sums.accept(lines.sum(path)));
  }

  static void jacoco(ReportXml xml, Consumer<FileCoverage> files) throws XMLStreamException {
    String folder = "";
    xml.root("JaCoCo XML", "report");
    while (xml.next()) {
      if (xml.is("package")) {
        folder = xml.attribute("name");
      } else if (xml.is("sourcefile")) {
        files.accept(
            sourceFile(xml, (folder.isEmpty() ? "" : folder + "/") + xml.attribute("name")));
      }
    }
  }

  private static FileCoverage sourceFile(ReportXml xml, String path) throws XMLStreamException {
    int[] lines = new int[2];
    int[] branches = new int[2];
    int own = xml.depth();
    while (xml.nextWithin(own)) {
      if (xml.is("counter")) {
        int[] counts = {xml.count("covered"), xml.count("missed")};
        switch (xml.attribute("type")) {
          case "LINE" -> lines = counts;
          case "BRANCH" -> branches = counts;
          default -> {}
        }
      }
    }
    return new FileCoverage(
        ReportXml.cut(path, 1_000), lines[0], lines[1], branches[0], branches[1]);
  }

  static void cobertura(ReportXml xml, Consumer<FileCoverage> sums) throws XMLStreamException {
    Map<String, Lines> files = new LinkedHashMap<>();
    Lines lines = new Lines();
    xml.root("Cobertura XML", "coverage");
    while (xml.next()) {
      if (xml.is("class")) {
        lines = files.computeIfAbsent(xml.attribute("filename"), f -> new Lines());
      } else if (xml.is("line")) {
        // Lines stand at the method and at the class; a number counts once.
        int number = xml.count("number");
        lines.line(number, xml.number("hits") > 0);
        Matcher condition = CONDITION.matcher(xml.attribute("condition-coverage"));
        if (condition.matches()) {
          lines.branches(
              number, Integer.parseInt(condition.group(1)), Integer.parseInt(condition.group(2)));
        }
      }
    }
    sums(files, sums);
  }

  static void clover(ReportXml xml, Consumer<FileCoverage> sums) throws XMLStreamException {
    Map<String, Lines> files = new LinkedHashMap<>();
    Lines lines = new Lines();
    xml.root("Clover XML", "coverage");
    while (xml.next()) {
      if (xml.is("file")) {
        String path =
            xml.attribute("path").isEmpty() ? xml.attribute("name") : xml.attribute("path");
        lines = files.computeIfAbsent(path, f -> new Lines());
      } else if (xml.is("line") && !xml.attribute("type").equals("method")) {
        int number = xml.count("num");
        if (xml.attribute("type").equals("cond")) {
          int taken =
              (xml.number("truecount") > 0 ? 1 : 0) + (xml.number("falsecount") > 0 ? 1 : 0);
          lines.line(number, taken > 0);
          lines.branches(number, taken, 2);
        } else {
          lines.line(number, xml.number("count") > 0);
        }
      }
    }
    sums(files, sums);
  }
}
