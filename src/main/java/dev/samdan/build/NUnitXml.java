package dev.samdan.build;

import dev.samdan.build.ReportCase.Status;
import java.util.Locale;
import java.util.function.Consumer;
import javax.xml.stream.XMLStreamException;

/**
 * Reads NUnit's results: version 2's {@code test-results} and version 3's {@code test-run}, whose
 * cases are alike.
 */
final class NUnitXml {
  static final String NAME = "NUnit XML";

  private NUnitXml() {}

  static void read(ReportXml xml, Consumer<ReportCase> cases) throws XMLStreamException {
    xml.root(NAME, "test-results", "test-run", "test-suite");
    while (xml.next()) {
      if (xml.is("test-case")) {
        cases.accept(testCase(xml));
      }
    }
  }

  private static ReportCase testCase(ReportXml xml) throws XMLStreamException {
    String name = xml.attribute("name");
    String className = xml.attribute("classname");
    if (className.isEmpty()) {
      // Version 2 knows the whole name only, and a test's arguments may hold dots themselves.
      int arguments = name.indexOf('(');
      int dot = name.lastIndexOf('.', arguments < 0 ? name.length() : arguments);
      className = dot < 0 ? "" : name.substring(0, dot);
      name = name.substring(dot + 1);
    }
    Status status =
        status(xml.attribute("result"), xml.attribute("label"), xml.attribute("executed"));
    double seconds =
        xml.attribute("duration").isEmpty() ? xml.number("time") : xml.number("duration");
    String message = "";
    String stack = "";
    int own = xml.depth();
    while (xml.nextWithin(own)) {
      switch (xml.name()) {
        case "message" -> message = message.isEmpty() ? xml.text() : message;
        case "stack-trace" -> stack = xml.text();
        default -> {}
      }
    }
    boolean told = status != Status.PASSED;
    return ReportXml.testCase(
        className, name, status, seconds, told ? message : "", told ? stack : "");
  }

  private static Status status(String result, String label, String executed) {
    return switch (result.toLowerCase(Locale.ROOT)) {
      case "failed", "failure" ->
          label.equalsIgnoreCase("error") || label.equalsIgnoreCase("invalid")
              ? Status.ERROR
              : Status.FAILED;
      case "error", "notrunnable", "cancelled" -> Status.ERROR;
      case "skipped", "ignored", "inconclusive" -> Status.SKIPPED;
      default -> executed.equalsIgnoreCase("false") ? Status.SKIPPED : Status.PASSED;
    };
  }
}
