package dev.samdan.build;

import dev.samdan.build.ReportCase.Status;
import java.util.function.Consumer;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/**
 * Reads JUnit XML as the many tools write it: {@code testsuites}, nested {@code testsuite}s, {@code
 * testcase}s with {@code failure}, {@code error} and {@code skipped}.
 */
final class JUnitXml {
  static final String NAME = "JUnit XML";

  private JUnitXml() {}

  static void read(ReportXml xml, Consumer<ReportCase> cases) throws XMLStreamException {
    String suite = "";
    xml.root(NAME, "testsuites", "testsuite");
    do {
      if (xml.is("testsuite")) {
        suite = xml.attribute("name");
      } else if (xml.is("testcase")) {
        cases.accept(testCase(xml, suite));
      }
    } while (xml.next());
  }

  private static ReportCase testCase(ReportXml xml, String suite) throws XMLStreamException {
    String className = xml.attribute("classname");
    String name = xml.attribute("name");
    double seconds = xml.number("time");
    Status status = Status.PASSED;
    String message = "";
    String stack = "";
    int own = xml.depth();
    while (xml.nextWithin(own)) {
      Status found = xml.depth() == own + 1 ? status(xml.name()) : null;
      if (found != null) {
        String type = xml.attribute("type");
        String said = xml.attribute("message");
        String text = xml.text();
        // A case may hold a failure and a skip; the worse one counts.
        if (status == Status.PASSED || found != Status.SKIPPED) {
          status = found;
          message = said.isEmpty() && text.isBlank() ? type : said;
          stack = text;
        }
      }
    }
    return ReportXml.testCase(
        className.isEmpty() ? suite : className, name, status, seconds, message, stack);
  }

  private static @Nullable Status status(String element) {
    return switch (element) {
      case "failure" -> Status.FAILED;
      case "error" -> Status.ERROR;
      case "skipped" -> Status.SKIPPED;
      default -> null;
    };
  }
}
