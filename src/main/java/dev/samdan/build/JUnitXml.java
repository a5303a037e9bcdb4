package dev.samdan.build;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads JUnit XML as the many tools write it: {@code testsuites}, nested {@code testsuite}s, {@code
 * testcase}s with {@code failure}, {@code error} and {@code skipped}. No document type, no entities
 * from outside, bounded sizes.
 */
final class JUnitXml {
  private static final long LARGEST_FILE = 20L << 20;
  private static final int MESSAGE = 4_000;
  private static final int STACK = 32_000;

  private JUnitXml() {}

  /** The cases of a file, at most so many; INVALID tells what is wrong with it. */
  static List<ReportCase> read(Path file, int atMost) throws IOException {
    if (Files.size(file) > LARGEST_FILE) {
      throw PlatformException.invalid("larger than " + (LARGEST_FILE >> 20) + " MB");
    }
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> new java.io.ByteArrayInputStream(new byte[0]));
    try (InputStream in = Files.newInputStream(file)) {
      return cases(factory.createXMLStreamReader(in), atMost);
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
      String why = String.valueOf(e.getMessage()).lines().reduce((first, last) -> last).orElse("");
      throw new PlatformException(
          PlatformException.Code.INVALID,
          "line " + line + ": not JUnit XML: " + why.replace("Message: ", ""),
          e);
    }
  }

  private static List<ReportCase> cases(XMLStreamReader xml, int atMost) throws XMLStreamException {
    List<ReportCase> cases = new ArrayList<>();
    String suite = "";
    boolean root = true;
    while (xml.hasNext()) {
      if (xml.next() != XMLStreamConstants.START_ELEMENT) {
        continue;
      }
      String element = xml.getLocalName();
      if (root && !element.equals("testsuites") && !element.equals("testsuite")) {
        throw PlatformException.invalid(
            "line "
                + xml.getLocation().getLineNumber()
                + ": not JUnit XML: the root is <"
                + element
                + ">");
      }
      root = false;
      if (element.equals("testsuite")) {
        suite = attribute(xml, "name");
      } else if (element.equals("testcase")) {
        ReportCase found = testCase(xml, suite);
        if (cases.size() < atMost) {
          cases.add(found);
        }
      }
    }
    return cases;
  }

  private static ReportCase testCase(XMLStreamReader xml, String suite) throws XMLStreamException {
    String className = attribute(xml, "classname");
    String name = attribute(xml, "name");
    double seconds = seconds(attribute(xml, "time"));
    ReportCase.Status status = ReportCase.Status.PASSED;
    String message = "";
    String stack = "";
    int depth = 1;
    while (depth > 0) {
      int event = xml.next();
      if (event == XMLStreamConstants.END_ELEMENT) {
        depth--;
      } else if (event == XMLStreamConstants.START_ELEMENT) {
        ReportCase.Status found = status(xml.getLocalName());
        if (depth > 1 || found == null) {
          depth++;
          continue;
        }
        String type = attribute(xml, "type");
        String said = attribute(xml, "message");
        String text = text(xml);
        // A case may hold a failure and a skip; the worse one counts.
        if (status == ReportCase.Status.PASSED
            || found == ReportCase.Status.ERROR
            || found == ReportCase.Status.FAILED) {
          status = found;
          message = cut(said.isEmpty() ? firstLine(text, type) : said, MESSAGE);
          stack = cut(text.strip(), STACK);
        }
      }
    }
    return new ReportCase(
        cut(className.isEmpty() ? suite : className, 500),
        cut(name, 500),
        status,
        seconds,
        message,
        stack);
  }

  private static ReportCase.@Nullable Status status(String element) {
    return switch (element) {
      case "failure" -> ReportCase.Status.FAILED;
      case "error" -> ReportCase.Status.ERROR;
      case "skipped" -> ReportCase.Status.SKIPPED;
      default -> null;
    };
  }

  /**
   * The text of the element that was entered and of all in it, to its end; kept as far as a stack
   * may be long.
   */
  private static String text(XMLStreamReader xml) throws XMLStreamException {
    StringBuilder text = new StringBuilder();
    int depth = 1;
    while (depth > 0) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        depth++;
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        depth--;
      } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
        String piece = xml.getText();
        text.append(piece, 0, Math.min(piece.length(), Math.max(0, STACK + 1 - text.length())));
      }
    }
    return text.toString();
  }

  private static String attribute(XMLStreamReader xml, String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? "" : value;
  }

  private static String firstLine(String text, String otherwise) {
    return new java.io.BufferedReader(new StringReader(text.strip()))
        .lines()
        .findFirst()
        .filter(l -> !l.isBlank())
        .orElse(otherwise);
  }

  /** Some tools write thousands with a comma: {@code 1,234.5}. */
  private static double seconds(String text) {
    try {
      double seconds = text.isEmpty() ? 0 : Double.parseDouble(text.replace(",", ""));
      return Double.isFinite(seconds) && seconds > 0 ? seconds : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static String cut(String text, int length) {
    // PostgreSQL's text holds no zero character.
    String clean = text.replace("\0", "");
    return clean.length() <= length ? clean : clean.substring(0, length - 1) + "…";
  }
}
