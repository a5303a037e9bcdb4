package dev.samdan.build;

import dev.samdan.base.PlatformException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads XML that tools left behind: no document type, no entities from outside, bounded sizes and
 * depth.
 */
final class ReportXml {
  static final long LARGEST_FILE = 20L << 20;
  private static final int DEPTH = 1_000;
  private static final int MESSAGE = 4_000;
  private static final int STACK = 32_000;
  private static final int NAME = 500;

  private final XMLStreamReader xml;
  private int depth;

  private ReportXml(XMLStreamReader xml) {
    this.xml = xml;
  }

  /** What is done with a document; it begins before the root element. */
  interface Reading {
    void read(ReportXml xml) throws XMLStreamException;
  }

  /**
   * Reads a file.
   *
   * @param what the format's name, for messages
   * @throws PlatformException INVALID, what is wrong with it and on which line
   */
  static void read(Path file, String what, Reading reading) throws IOException {
    if (Files.size(file) > LARGEST_FILE) {
      throw PlatformException.invalid("larger than " + (LARGEST_FILE >> 20) + " MB");
    }
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> new ByteArrayInputStream(new byte[0]));
    try (InputStream in = Files.newInputStream(file)) {
      reading.read(new ReportXml(factory.createXMLStreamReader(in)));
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
      String why = String.valueOf(e.getMessage()).lines().reduce((first, last) -> last).orElse("");
      throw new PlatformException(
          PlatformException.Code.INVALID,
          "line " + line + ": not " + what + ": " + why.replace("Message: ", ""),
          e);
    }
  }

  /** Goes to the root element, which must be one of these. */
  String root(String what, String... names) throws XMLStreamException {
    if (!next()) {
      throw PlatformException.invalid("not " + what + ": it is empty");
    }
    for (String name : names) {
      if (is(name)) {
        return name;
      }
    }
    throw PlatformException.invalid(
        "line " + line() + ": not " + what + ": the root is <" + xml.getLocalName() + ">");
  }

  /** Goes to the next element that begins, anywhere in the document; false at its end. */
  boolean next() throws XMLStreamException {
    while (xml.hasNext()) {
      int event = step();
      if (event == XMLStreamConstants.START_ELEMENT) {
        return true;
      }
    }
    return false;
  }

  /** Goes to the next element that begins within the one at this depth; false at that one's end. */
  boolean nextWithin(int outer) throws XMLStreamException {
    while (depth >= outer && xml.hasNext()) {
      if (step() == XMLStreamConstants.START_ELEMENT) {
        return true;
      }
    }
    return false;
  }

  /** How many elements are open, that of the reader's place counted. */
  int depth() {
    return depth;
  }

  boolean is(String name) {
    return xml.getLocalName().equals(name);
  }

  String name() {
    return xml.getLocalName();
  }

  int line() {
    return xml.getLocation().getLineNumber();
  }

  /** An attribute's value; empty where it is absent. */
  String attribute(String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? "" : value;
  }

  /** A number that an attribute holds, thousands perhaps set off by commas; 0 for anything else. */
  double number(String name) {
    return number(attribute(name), 1);
  }

  static double number(String text, double unit) {
    try {
      double number = text.isEmpty() ? 0 : Double.parseDouble(text.strip().replace(",", ""));
      return Double.isFinite(number) && number > 0 ? number * unit : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** A whole number of at most a thousand million. */
  int count(String name) {
    return (int) Math.min(number(name), 1_000_000_000);
  }

  /**
   * The text of the element at the reader's place and of all in it; the reader is then at its end.
   */
  String text() throws XMLStreamException {
    StringBuilder text = new StringBuilder();
    int outer = depth;
    while (depth >= outer && xml.hasNext()) {
      int event = step();
      if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
        String piece = xml.getText();
        text.append(piece, 0, Math.min(piece.length(), Math.max(0, STACK + 1 - text.length())));
      }
    }
    return text.toString();
  }

  private int step() throws XMLStreamException {
    int event = xml.next();
    if (event == XMLStreamConstants.START_ELEMENT) {
      if (++depth > DEPTH) {
        throw PlatformException.invalid("line " + line() + ": nested deeper than " + DEPTH);
      }
    } else if (event == XMLStreamConstants.END_ELEMENT) {
      depth--;
    }
    return event;
  }

  /** A case whose texts are cut to what is kept; without a message the text's first line stands. */
  static ReportCase testCase(
      String className,
      String name,
      ReportCase.Status status,
      double seconds,
      String message,
      String text) {
    String stack = text.strip();
    String said = message.isBlank() ? firstLine(stack) : message.strip();
    return new ReportCase(
        cut(className, NAME),
        cut(name, NAME),
        status,
        seconds,
        cut(said, MESSAGE),
        cut(stack, STACK));
  }

  private static String firstLine(String text) {
    return new java.io.BufferedReader(new StringReader(text)).lines().findFirst().orElse("");
  }

  static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length - 1) + "…";
  }
}
