package dev.samdan.build;

import dev.samdan.build.ReportCase.Status;
import java.util.function.Consumer;
import javax.xml.stream.XMLStreamException;

/**
 * Reads TestNG's {@code testng-results.xml}. Methods that set tests up are no tests; one that broke
 * is told as an error.
 */
final class TestNgXml {
  static final String NAME = "TestNG XML";

  private TestNgXml() {}

  static void read(ReportXml xml, Consumer<ReportCase> cases) throws XMLStreamException {
    String className = "";
    xml.root(NAME, "testng-results");
    while (xml.next()) {
      if (xml.is("class")) {
        className = xml.attribute("name");
      } else if (xml.is("test-method")) {
        boolean setsUp = xml.attribute("is-config").equals("true");
        Status status = status(xml.attribute("status"), setsUp);
        ReportCase found = method(xml, className, status);
        if (!setsUp || status == Status.ERROR) {
          cases.accept(found);
        }
      }
    }
  }

  private static ReportCase method(ReportXml xml, String className, Status status)
      throws XMLStreamException {
    String name = xml.attribute("name");
    double seconds = ReportXml.number(xml.attribute("duration-ms"), 0.001);
    String message = "";
    String stack = "";
    int own = xml.depth();
    while (xml.nextWithin(own)) {
      switch (xml.name()) {
        case "message" -> message = xml.text();
        case "full-stacktrace", "short-stacktrace" -> stack = xml.text();
        default -> {}
      }
    }
    return ReportXml.testCase(className, name, status, seconds, message, stack);
  }

  private static Status status(String text, boolean setsUp) {
    return switch (text) {
      case "FAIL" -> setsUp ? Status.ERROR : Status.FAILED;
      case "SKIP" -> Status.SKIPPED;
      default -> Status.PASSED;
    };
  }
}
