package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import dev.samdan.build.ReportCase.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reports as the tools write them, each format in its own way. */
class ReportFormatsTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("report"), text);
  }

  private List<ReportCase> cases(ReportFormat format, String text) throws IOException {
    List<ReportCase> cases = new ArrayList<>();
    Reports.cases(format, file(text), cases::add);
    return cases;
  }

  private List<FileCoverage> coverage(ReportFormat format, String text) throws IOException {
    List<FileCoverage> files = new ArrayList<>();
    Reports.coverage(format, file(text), files::add);
    return files;
  }

  private static ReportCase passed(String className, String name, double seconds) {
    return new ReportCase(className, name, Status.PASSED, seconds, "", "");
  }

  @Test
  void testng_methods_are_tests_and_what_sets_them_up_is_not() throws IOException {
    assertThat(
            cases(
                ReportFormat.TESTNGXML,
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <testng-results ignored="0" total="3" passed="1" failed="1" skipped="1">
                  <reporter-output><line>a line</line></reporter-output>
                  <suite name="S" duration-ms="12"><groups/><test name="T"><class name="shop.CartTest">
                    <test-method is-config="true" signature="setUp()" name="setUp" duration-ms="1" status="PASS"/>
                    <test-method signature="adds()" name="adds" duration-ms="250" status="PASS"><params/></test-method>
                    <test-method signature="pays()" name="pays" duration-ms="5" status="FAIL">
                      <exception class="java.lang.AssertionError"><message><![CDATA[expected [2] but found [1]]]></message>
                      <full-stacktrace><![CDATA[java.lang.AssertionError: expected
                	at shop.CartTest.pays(CartTest.java:9)]]></full-stacktrace></exception></test-method>
                    <test-method name="ships" duration-ms="0" status="SKIP"/>
                    <test-method is-config="true" name="tearDown" duration-ms="1" status="FAIL"/>
                  </class></test></suite>
                </testng-results>
                """))
        .containsExactly(
            passed("shop.CartTest", "adds", 0.25),
            new ReportCase(
                "shop.CartTest",
                "pays",
                Status.FAILED,
                0.005,
                "expected [2] but found [1]",
                "java.lang.AssertionError: expected\n\tat shop.CartTest.pays(CartTest.java:9)"),
            new ReportCase("shop.CartTest", "ships", Status.SKIPPED, 0, "", ""),
            new ReportCase("shop.CartTest", "tearDown", Status.ERROR, 0.001, "", ""));
  }

  @Test
  void nunit_2_has_the_class_in_the_name() throws IOException {
    assertThat(
            cases(
                ReportFormat.NUNITXML,
                """
                <test-results name="a.dll" total="4"><environment nunit-version="2.6"/>
                  <test-suite type="TestFixture" name="Cart" executed="True"><results>
                    <test-case name="Shop.Cart.Adds(1.5)" executed="True" result="Success" success="True" time="0.016" asserts="1"/>
                    <test-case name="Shop.Cart.Pays" executed="True" result="Failure" success="False" time="0.1">
                      <failure><message><![CDATA[  Expected: 2]]></message><stack-trace><![CDATA[at Shop.Cart.Pays() in Cart.cs:line 9]]></stack-trace></failure></test-case>
                    <test-case name="Shop.Cart.Breaks" executed="True" result="Error"><failure><message>boom</message></failure></test-case>
                    <test-case name="Shop.Cart.Ships" executed="False" result="Ignored"><reason><message>later</message></reason></test-case>
                  </results></test-suite>
                </test-results>
                """))
        .containsExactly(
            passed("Shop.Cart", "Adds(1.5)", 0.016),
            new ReportCase(
                "Shop.Cart",
                "Pays",
                Status.FAILED,
                0.1,
                "Expected: 2",
                "at Shop.Cart.Pays() in Cart.cs:line 9"),
            new ReportCase("Shop.Cart", "Breaks", Status.ERROR, 0, "boom", ""),
            new ReportCase("Shop.Cart", "Ships", Status.SKIPPED, 0, "later", ""));
  }

  @Test
  void nunit_3_tells_errors_by_a_label() throws IOException {
    assertThat(
            cases(
                ReportFormat.NUNIT3XML,
                """
                <test-run id="2" testcasecount="3" result="Failed"><test-suite type="Assembly" name="a.dll"><test-suite type="TestFixture" name="Cart">
                  <test-case id="1" name="Adds" fullname="Shop.Cart.Adds" classname="Shop.Cart" result="Passed" duration="0.030000"><output>hi</output></test-case>
                  <test-case id="2" name="Pays" classname="Shop.Cart" result="Failed" duration="0.002"><failure><message>no</message><stack-trace>at Pays</stack-trace></failure></test-case>
                  <test-case id="3" name="Breaks" classname="Shop.Cart" result="Failed" label="Error" duration="0"><failure><message>System.Exception : x</message></failure></test-case>
                  <test-case id="4" name="Ships" classname="Shop.Cart" result="Skipped" label="Ignored"><reason><message>later</message></reason></test-case>
                </test-suite></test-suite></test-run>
                """))
        .containsExactly(
            passed("Shop.Cart", "Adds", 0.03),
            new ReportCase("Shop.Cart", "Pays", Status.FAILED, 0.002, "no", "at Pays"),
            new ReportCase("Shop.Cart", "Breaks", Status.ERROR, 0, "System.Exception : x", ""),
            new ReportCase("Shop.Cart", "Ships", Status.SKIPPED, 0, "later", ""));
  }

  @Test
  void trx_results_find_their_classes_in_the_definitions() throws IOException {
    assertThat(
            cases(
                ReportFormat.VISUALSTUDIOTRX,
                """
                <?xml version="1.0" encoding="utf-8"?>
                <TestRun id="r" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
                  <Results>
                    <UnitTestResult testId="t1" testName="Adds" duration="00:01:02.5000000" outcome="Passed"/>
                    <UnitTestResult testId="t2" testName="Pays" duration="00:00:00.1" outcome="Failed">
                      <Output><StdOut>x</StdOut><ErrorInfo><Message>Assert.AreEqual failed.</Message><StackTrace>at Pays()</StackTrace></ErrorInfo></Output></UnitTestResult>
                    <UnitTestResult testId="t3" testName="Rows" outcome="Passed"><InnerResults>
                      <UnitTestResult testId="t3" testName="Rows (1)" outcome="Passed"/>
                      <UnitTestResult testId="t3" testName="Rows (2)" outcome="NotExecuted"/></InnerResults></UnitTestResult>
                  </Results>
                  <TestDefinitions>
                    <UnitTest name="Adds" id="t1"><TestMethod codeBase="a.dll" className="Shop.Cart, Shop, Version=1.0" name="Adds"/></UnitTest>
                    <UnitTest name="Pays" id="t2"><TestMethod className="Shop.Cart" name="Pays"/></UnitTest>
                  </TestDefinitions>
                </TestRun>
                """))
        .containsExactly(
            passed("Shop.Cart", "Adds", 62.5),
            new ReportCase(
                "Shop.Cart", "Pays", Status.FAILED, 0.1, "Assert.AreEqual failed.", "at Pays()"),
            passed("", "Rows (1)", 0),
            new ReportCase("", "Rows (2)", Status.SKIPPED, 0, "", ""));
  }

  @Test
  void cucumber_scenarios_are_tests_with_their_background() throws IOException {
    assertThat(
            cases(
                ReportFormat.CUCUMBERJSON,
                """
                [{"uri": "cart.feature", "name": "Cart", "elements": [
                  {"type": "background", "name": "", "steps": [{"keyword": "Given ", "name": "a cart", "result": {"status": "passed", "duration": 500000000}}]},
                  {"type": "scenario", "name": "adds", "steps": [{"keyword": "When ", "name": "adding", "result": {"status": "passed", "duration": 1000000000}}]},
                  {"type": "background", "name": "", "steps": [{"keyword": "Given ", "name": "a cart", "result": {"status": "failed", "duration": 0, "error_message": "no cart\\n  at step"}}]},
                  {"type": "scenario", "name": "pays", "steps": [{"keyword": "When ", "name": "paying", "result": {"status": "skipped"}}]},
                  {"type": "scenario", "name": "ships", "before": [{"result": {"status": "passed", "duration": 0}}], "steps": [{"keyword": "Then ", "name": "it ships", "result": {"status": "undefined"}}]},
                  {"type": "scenario", "name": "waits", "steps": [{"result": {"status": "pending"}}]}
                ]}]
                """))
        .containsExactly(
            passed("Cart", "adds", 1.5),
            new ReportCase("Cart", "pays", Status.FAILED, 0, "no cart", "no cart\n  at step"),
            new ReportCase(
                "Cart",
                "ships",
                Status.ERROR,
                0,
                "undefined: Then it ships",
                "undefined: Then it ships"),
            new ReportCase("Cart", "waits", Status.SKIPPED, 0, "pending:", "pending:"));
  }

  @Test
  void jacoco_counts_lines_and_branches_of_each_source_file() throws IOException {
    assertThat(
            coverage(
                ReportFormat.JACOCOXML,
                """
                <?xml version="1.0"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
                <report name="shop"><sessioninfo id="x" start="1" dump="2"/><package name="shop/cart">
                  <class name="shop/cart/Cart" sourcefilename="Cart.java"><method name="add" desc="()V" line="3"><counter type="LINE" missed="9" covered="9"/></method></class>
                  <sourcefile name="Cart.java"><line nr="3" mi="0" ci="2" mb="1" cb="1"/>
                    <counter type="INSTRUCTION" missed="4" covered="8"/><counter type="BRANCH" missed="1" covered="3"/><counter type="LINE" missed="2" covered="6"/></sourcefile>
                </package><counter type="LINE" missed="2" covered="6"/></report>
                """))
        .containsExactly(new FileCoverage("shop/cart/Cart.java", 6, 2, 3, 1));
  }

  @Test
  void cobertura_counts_each_line_once() throws IOException {
    assertThat(
            coverage(
                ReportFormat.COBERTURAXML,
                """
                <?xml version="1.0" ?><!DOCTYPE coverage SYSTEM "http://example.com/coverage-04.dtd">
                <coverage line-rate="0.5"><packages><package name="shop"><classes>
                  <class name="A" filename="shop/a.py"><methods><method name="m"><lines><line number="2" hits="1"/></lines></method></methods>
                    <lines><line number="1" hits="1"/><line number="2" hits="1" branch="true" condition-coverage="50% (1/2)"/><line number="3" hits="0"/></lines></class>
                  <class name="A$1" filename="shop/a.py"><lines><line number="3" hits="4"/><line number="4" hits="0"/></lines></class>
                </classes></package></packages></coverage>
                """))
        .containsExactly(new FileCoverage("shop/a.py", 3, 1, 1, 1));
  }

  @Test
  void clover_tells_statements_and_conditions() throws IOException {
    assertThat(
            coverage(
                ReportFormat.CLOVERXML,
                """
                <coverage generated="1"><project timestamp="1"><package name="shop"><file name="Cart.php" path="/src/Cart.php">
                  <line num="1" type="method" count="1"/><line num="2" type="stmt" count="3"/><line num="3" type="stmt" count="0"/>
                  <line num="4" type="cond" truecount="2" falsecount="0"/><metrics statements="2"/></file></package>
                  <file name="/src/index.php"><line num="1" type="stmt" count="1"/></file></project></coverage>
                """))
        .containsExactly(
            new FileCoverage("/src/Cart.php", 2, 1, 1, 1),
            new FileCoverage("/src/index.php", 1, 0, 0, 0));
  }

  @Test
  void simplecov_is_read_in_both_of_its_forms() throws IOException {
    assertThat(
            coverage(
                ReportFormat.SIMPLECOV,
                """
                {"RSpec": {"coverage": {"/a.rb": {"lines": [null, 1, 0, "ignored"], "branches": {"[:if, 0]": {"[:then, 1]": 2, "[:else, 2]": 0}}},
                  "/b.rb": [1, 1]}, "timestamp": 1}}
                """))
        .containsExactly(
            new FileCoverage("/a.rb", 1, 1, 1, 1), new FileCoverage("/b.rb", 2, 0, 0, 0));
    assertThat(
            coverage(
                ReportFormat.SIMPLECOV,
                """
                {"meta": {}, "coverage": {"/a.rb": {"lines": [0, 1], "branches": [{"type": "then", "coverage": 1}]}}}
                """))
        .containsExactly(new FileCoverage("/a.rb", 1, 1, 1, 0));
  }

  @ParameterizedTest
  @EnumSource(ReportFormat.class)
  void what_is_of_no_such_format_is_refused_with_a_word(ReportFormat format) throws IOException {
    for (String wrong :
        List.of(
            "", "<a/>", "{}", "[1]", "{\"a\"", "<a>", "<a".repeat(50_000), "[".repeat(50_000))) {
      Path file = file(wrong);
      assertThatThrownBy(
              () -> {
                if (format.isCoverage()) {
                  Reports.coverage(format, file, read -> {});
                } else {
                  Reports.cases(format, file, read -> {});
                }
              })
          .as("%s", wrong.length() > 20 ? wrong.substring(0, 20) : wrong)
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("not ");
    }
  }

  @Test
  void a_report_knows_its_share_and_its_worst_files() {
    Report report =
        new Report(
            "r",
            ReportFormat.JACOCOXML,
            List.of(),
            List.of(
                new FileCoverage("a", 1, 2, 0, 0),
                new FileCoverage("b", 3, 0, 1, 3),
                new FileCoverage("c", 0, 5, 0, 0)),
            List.of());
    assertThat(report.status()).isEqualTo(Report.Status.SUCCEEDED);
    assertThat(report.lineCoverage()).isEqualTo(36.4);
    assertThat(report.branchCoverage()).isEqualTo(25);
    assertThat(report.leastCovered(2)).extracting(FileCoverage::path).containsExactly("c", "a");
  }
}
