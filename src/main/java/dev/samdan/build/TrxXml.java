package dev.samdan.build;

import dev.samdan.build.ReportCase.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.xml.stream.XMLStreamException;

/** Reads Visual Studio's TRX: results, and the definitions that know the classes. */
final class TrxXml {
  static final String NAME = "Visual Studio TRX";

  private TrxXml() {}

  private record Result(String testId, ReportCase found) {}

  static void read(ReportXml xml, Consumer<ReportCase> cases) throws XMLStreamException {
    List<Result> results = new ArrayList<>();
    Map<String, String> classes = new HashMap<>();
    String test = "";
    xml.root(NAME, "TestRun");
    while (xml.next()) {
      switch (xml.name()) {
        case "UnitTestResult" -> result(xml, results);
        case "UnitTest" -> test = xml.attribute("id");
        case "TestMethod" -> classes.put(test, className(xml.attribute("className")));
        default -> {}
      }
    }
    for (Result r : results) {
      cases.accept(
          new ReportCase(
              ReportXml.cut(classes.getOrDefault(r.testId(), ""), 500),
              r.found().name(),
              r.found().status(),
              r.found().seconds(),
              r.found().message(),
              r.found().stack()));
    }
  }

  /**
   * A result whose inner results are told, such as a test with rows of data, is not told itself.
   */
  private static void result(ReportXml xml, List<Result> results) throws XMLStreamException {
    String id = xml.attribute("testId");
    String name = xml.attribute("testName");
    Status status = status(xml.attribute("outcome"));
    double seconds = seconds(xml.attribute("duration"));
    String message = "";
    String stack = "";
    boolean inner = false;
    int own = xml.depth();
    while (xml.nextWithin(own)) {
      switch (xml.name()) {
        case "Message" -> message = xml.text();
        case "StackTrace" -> stack = xml.text();
        case "UnitTestResult" -> {
          result(xml, results);
          inner = true;
        }
        default -> {}
      }
    }
    // They wait for the classes; one more than is kept shows that there are more.
    if (!inner && results.size() <= Reports.MOST_ENTRIES) {
      results.add(new Result(id, ReportXml.testCase("", name, status, seconds, message, stack)));
    }
  }

  /** Without the assembly that follows a comma. */
  private static String className(String text) {
    int comma = text.indexOf(',');
    return comma < 0 ? text : text.substring(0, comma);
  }

  private static Status status(String outcome) {
    return switch (outcome) {
      case "Failed" -> Status.FAILED;
      case "Error", "Timeout", "Aborted", "Disconnected", "NotRunnable" -> Status.ERROR;
      case "NotExecuted", "Inconclusive", "Pending" -> Status.SKIPPED;
      default -> Status.PASSED;
    };
  }

  /** {@code 00:01:02.5} is 62.5. */
  private static double seconds(String duration) {
    double seconds = 0;
    for (String part : duration.split(":", -1)) {
      seconds = seconds * 60 + ReportXml.number(part, 1);
    }
    return seconds;
  }
}
