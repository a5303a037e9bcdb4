package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Folders;
import dev.samdan.base.Fuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What builds leave behind: reports and artifacts. */
@Tag("fuzz")
class BuildFuzzTest {
  private static final String TESTS =
      """
      <testsuites><testsuite name="a" tests="2" time="1.5"><testcase classname="A" name="b" time="0.1"/>
      <testcase classname="A" name="c"><failure message="m" type="t">text &amp; more</failure></testcase>
      <testcase name="d"><skipped/></testcase></testsuite></testsuites>
      """;
  private static final String TRX =
      """
      <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
      <UnitTestResult testId="1" testName="a" outcome="Failed" duration="00:00:01.5"><Output><ErrorInfo>
      <Message>m</Message></ErrorInfo></Output></UnitTestResult></Results></TestRun>
      """;
  private static final String NUNIT =
      """
      <test-run><test-suite name="s"><test-case name="a" fullname="s.a" result="Failed" duration="0.5"><failure>
      <message><![CDATA[m]]></message></failure></test-case></test-suite></test-run>
      """;
  private static final String CUCUMBER =
      """
      [{"name": "f", "elements": [{"name": "s", "type": "scenario", "steps": [{"name": "given",
       "result": {"status": "failed", "duration": 12, "error_message": "m"}}]}]}]
      """;
  private static final String COVERAGE =
      """
      <report name="r"><package name="a/b"><sourcefile name="C.java"><line nr="1" mi="0" ci="3" mb="0" cb="2"/>
      <counter type="LINE" missed="1" covered="2"/></sourcefile></package></report>
      """;
  private static final String COBERTURA =
      """
      <coverage line-rate="0.5"><packages><package name="p"><classes><class name="c" filename="c.py"><lines>
      <line number="1" hits="1" branch="true" condition-coverage="50% (1/2)"/></lines></class></classes></package></packages></coverage>
      """;
  private static final String SIMPLECOV =
      "{\"RSpec\": {\"coverage\": {\"/a/b.rb\": {\"lines\": [1, null, 0]}}, \"timestamp\": 1}}";

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(ReportFormat.class)
  void reports(ReportFormat format) {
    Path file = folder.resolve("report");
    Fuzz.ofTexts(
            "a report in " + format, TESTS, TRX, NUNIT, CUCUMBER, COVERAGE, COBERTURA, SIMPLECOV)
        .onDisk()
        .refusing(IOException.class)
        .run(bytes -> {
          Files.write(file, bytes);
          if (format.isCoverage()) {
            Reports.coverage(format, file, read -> assertThat(read.path()).isNotNull());
          } else {
            Reports.cases(format, file, read -> assertThat(read.name()).isNotNull());
          }
        });
  }

  /** Nothing is written outside, neither by a name nor through a link. */
  @Test
  void artifacts() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "kept");
    Path zip = folder.resolve("given.zip");
    Path source = Files.writeString(folder.resolve("source"), "text");
    Zips.write(zip, new TreeMap<>(java.util.Map.of("a/b", source, "a/c", source)), true);
    byte[] own = Files.readAllBytes(zip);
    byte[] links = linked(zip, outside);
    Path root = folder.resolve("root");
    Files.delete(source);

    Fuzz.of("an artifact", List.of(own, links))
        .onDisk()
        .refusing(IOException.class)
        .run(bytes -> {
          Files.write(zip, bytes);
          try {
            Zips.unpack(zip, root);
          } finally {
            assertThat(children(outside)).containsExactly(outside.resolve("kept"));
            assertThat(children(folder)).isSubsetOf(outside, zip, root);
            Folders.delete(root);
          }
        });
  }

  @Test
  void a_link_below_a_link_is_refused() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Path zip = folder.resolve("given.zip");
    linked(zip, outside);
    try {
      Zips.unpack(zip, folder.resolve("root"));
    } catch (dev.samdan.base.PlatformException refused) {
      assertThat(refused.text()).contains("'a/evil' lies below a link");
    }
    assertThat(outside).isEmptyDirectory();
    assertThat(Files.exists(folder.resolve("root/a/evil"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  private static byte[] linked(Path zip, Path to) throws IOException {
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
      for (List<String> link : List.of(List.of("a", to.toString()), List.of("a/evil", "x"))) {
        ZipArchiveEntry entry = new ZipArchiveEntry(link.getFirst());
        entry.setUnixMode(0120777);
        out.putArchiveEntry(entry);
        out.write(link.getLast().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        out.closeArchiveEntry();
      }
    }
    return Files.readAllBytes(zip);
  }

  private static List<Path> children(Path of) throws IOException {
    try (Stream<Path> all = Files.list(of)) {
      return all.toList();
    }
  }
}
