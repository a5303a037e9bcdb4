package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a build's reports is kept. */
class ReportsTest {
  @TempDir Path folder;

  private List<Report> collect(String reports) throws IOException {
    Buildspec spec =
        Buildspec.parse(
                "buildspec.yml",
                "version: 0.2\nphases: {build: {commands: ['true']}}\nreports: " + reports)
            .buildspec();
    try (BuildLog log =
        new BuildLog(
            folder.resolve("log"),
            List.of("s3cr3t-value"),
            BuildLog.LIMIT,
            InstantSource.system(),
            () -> {})) {
      FileSelection selection =
          new FileSelection(folder, Map.of(), file -> true, Map.of(), () -> false, log);
      return Reports.collect(Objects.requireNonNull(spec), selection, log);
    }
  }

  @Test
  void messages_beyond_what_a_build_may_keep_are_left_out_and_the_tests_are_not()
      throws IOException {
    String one = "<testcase name='t'><failure message='s3cr3t-value'>%s</failure></testcase>";
    String file = "<testsuite>" + one.formatted("x".repeat(32_000)).repeat(300) + "</testsuite>";
    Files.writeString(folder.resolve("a.xml"), file);
    Files.writeString(folder.resolve("b.xml"), file);

    List<Report> reports = collect("{first: {files: a.xml}, second: {files: b.xml}}");

    assertThat(reports).extracting(Report::failed).containsExactly(300L, 300L);
    assertThat(reports.getFirst().cases())
        .allMatch(c -> c.stack().length() == 32_000 && c.message().equals("***"));
    assertThat(reports.getFirst().notes()).isEmpty();
    long kept = reports.getLast().cases().stream().filter(c -> !c.stack().isEmpty()).count();
    assertThat(kept).isBetween(1L, 299L);
    assertThat(reports.getLast().notes())
        .containsExactly(
            "the messages of "
                + (300 - kept)
                + " tests are not kept: those of a build may take 16 MB");
  }

  @Test
  void a_broken_file_counts_for_nothing() throws IOException {
    Files.writeString(folder.resolve("a.xml"), "<testsuite><testcase name='good'/></testsuite>");
    Files.writeString(folder.resolve("b.xml"), "<testsuite><testcase name='half'/><testcase");

    Report report = collect("{r: {files: '*.xml'}}").getFirst();

    assertThat(report.cases()).extracting(ReportCase::name).containsExactly("good");
    assertThat(report.notes())
        .singleElement()
        .asString()
        .startsWith("b.xml: line 1: not JUnit XML");
  }
}
