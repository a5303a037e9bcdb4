package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JUnitXmlTest {
  @TempDir Path folder;

  private List<ReportCase> read(String xml) throws IOException {
    Path file = folder.resolve("r.xml");
    Files.writeString(file, xml);
    List<ReportCase> cases = new ArrayList<>();
    Reports.cases(ReportFormat.JUNITXML, file, cases::add);
    return cases;
  }

  @Test
  void each_end_of_a_test_is_told_apart() throws IOException {
    List<ReportCase> cases =
        read(
            """
            <?xml version="1.0"?>
            <testsuites><testsuite name="suite">
              <properties><property name="a" value="b"/></properties>
              <testcase classname="C" name="passes" time="1,234.5"><system-out>failure?</system-out></testcase>
              <testcase classname="C" name="fails" time="0.1"><failure message="expected 1" type="E">at C.java:3 &lt;init&gt;</failure></testcase>
              <testcase classname="C" name="breaks"><error type="java.lang.NullPointerException"><![CDATA[
            java.lang.NullPointerException: x
              at C]]></error></testcase>
              <testsuite name="inner"><testcase name="skips"><skipped/></testcase></testsuite>
            </testsuite></testsuites>
            """);
    assertThat(cases)
        .containsExactly(
            new ReportCase("C", "passes", ReportCase.Status.PASSED, 1234.5, "", ""),
            new ReportCase(
                "C", "fails", ReportCase.Status.FAILED, 0.1, "expected 1", "at C.java:3 <init>"),
            new ReportCase(
                "C",
                "breaks",
                ReportCase.Status.ERROR,
                0,
                "java.lang.NullPointerException: x",
                "java.lang.NullPointerException: x\n  at C"),
            new ReportCase("inner", "skips", ReportCase.Status.SKIPPED, 0, "", ""));
  }

  @Test
  void entities_from_outside_are_never_read() throws IOException {
    Path secret = folder.resolve("secret");
    Files.writeString(secret, "hidden words");
    String xml =
        "<!DOCTYPE testsuite [<!ENTITY x SYSTEM \""
            + secret.toUri()
            + "\"><!ENTITY y \"yyyy\">]><testsuite name=\"s\"><testcase"
            + " name=\"t\"><failure>&x;</failure></testcase></testsuite>";
    try {
      assertThat(read(xml).toString()).doesNotContain("hidden");
    } catch (dev.samdan.base.PlatformException refused) {
      assertThat(refused.text()).contains("not JUnit XML");
    }
  }

  @Test
  void what_is_not_a_report_names_its_line() {
    assertThatThrownBy(() -> read("<html></html>"))
        .hasMessage("line 1: not JUnit XML: the root is <html>");
    assertThatThrownBy(() -> read("<testsuite>\n<testcase>"))
        .hasMessageStartingWith("line 2: not JUnit XML: ");
    assertThatThrownBy(() -> read("")).hasMessageContaining("not JUnit XML");
  }

  @Test
  void long_texts_are_cut() throws IOException {
    String xml =
        "<testsuite><testcase name='n'><failure message='"
            + "m".repeat(50_000)
            + "'>"
            + "s".repeat(90_000)
            + "</failure></testcase></testsuite>";
    ReportCase only = read(xml).getFirst();
    assertThat(only.message()).hasSize(4_000).endsWith("…");
    assertThat(only.stack()).hasSize(32_000).endsWith("…");
  }
}
