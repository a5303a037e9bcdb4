package dev.samdan.e2e;

import static dev.samdan.e2e.Browser.act;
import static dev.samdan.e2e.Browser.see;
import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.platform.SampleRepository;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;

/** The console in a real browser, over the sample on its way from dev to production. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final List<String> PAGES =
      List.of(
          "/",
          "/waiting",
          "/rooms",
          "/images",
          "/places",
          "/audit",
          "/settings",
          "/settings/people",
          "/settings/remotes",
          "/settings/people/admin",
          "/applications/new",
          "/applications/sample",
          "/applications/sample?env=prod",
          "/applications/sample/pipelines",
          "/applications/sample/pipelines?status=Succeeded",
          "/applications/sample/branches",
          "/applications/sample/branches/new",
          "/applications/sample/strategy",
          "/applications/sample/pull-requests",
          "/applications/sample/pull-requests/new",
          "/applications/sample/deployments",
          "/applications/sample/images",
          "/applications/sample/data",
          "/applications/sample/jobs",
          "/applications/sample/settings");

  private static Installation samdan;
  private static ChromeDriver browser;
  private static SampleRepository sample;
  private static URI remote;
  private static String commit;

  @BeforeAll
  static void deliver_the_sample_to_dev() {
    Browser.assumeInstalled();
    samdan = Installation.up();
    samdan.json("app", "create", "sample");
    sample =
        SampleRepository.prepare(
            Path.of("sample").toAbsolutePath(),
            Path.of("target/lib").toAbsolutePath(),
            samdan.folder.resolve("sample"));
    remote = URI.create(samdan.url() + "/git/sample.git");
    sample.push(remote, samdan.token(), "dev");
    commit = sample.head();
    browser = Browser.open(true);
    signIn(browser);
    samdan.awaitEnd("sample-dev-api", commit, PATIENCE);
    samdan.awaitEnd("sample-dev-web", commit, PATIENCE);
    sample.push(remote, samdan.token(), "main");
    samdan.awaitApproval("sample-prod-api", commit, PATIENCE);
    samdan.awaitApproval("sample-prod-web", commit, PATIENCE);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.quit();
    }
    if (samdan != null) {
      samdan.close();
    }
  }

  private static void signIn(ChromeDriver driver) {
    driver.get(samdan.json("up", "--detach").path("signIn").asString());
    assertThat(driver.getCurrentUrl()).isEqualTo(samdan.url() + "/");
  }

  @Test
  @Order(1)
  void every_page_says_its_answer_first_and_logs_no_error() {
    for (String page : PAGES) {
      browser.get(samdan.url() + page);
      see(() -> assertThat(Browser.headline(browser)).as(page).isNotBlank());
      see(() -> assertThat(browser.getTitle()).as(page).startsWith(Browser.headline(browser)));
    }
    List<String> errors =
        browser.manage().logs().get(LogType.BROWSER).getAll().stream()
            .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
            .map(Object::toString)
            .toList();
    assertThat(errors).isEmpty();
  }

  @Test
  @Order(2)
  void the_overview_shows_three_tiers_live() {
    browser.get(samdan.url() + "/applications/sample?env=dev");
    see(() ->
        assertThat(Browser.headline(browser))
            .isEqualTo("dev is live on " + commit.substring(0, 7) + "."));
    see(() -> assertThat(browser.findElements(By.cssSelector(".tier"))).hasSize(3));
    see(() -> assertThat(browser.findElements(By.cssSelector(".set .tasks li"))).hasSize(2));
  }

  @Test
  @Order(3)
  void the_execution_shows_its_log_and_its_test_report() {
    browser.get(samdan.url() + "/applications/sample/pipelines?pipeline=sample-dev-api");
    act(() -> browser.findElement(By.partialLinkText("sample-dev-api #1")).click());
    act(() -> browser.findElement(By.id("action-Test-Test")).click());
    see(() -> assertThat(browser.findElement(By.cssSelector(".log")).getText()).contains("BUILD"));
    see(() -> assertThat(browser.findElement(By.id("report")).getText()).isEqualTo("Test report"));
    act(() -> browser.findElement(By.id("action-Source-Source")).click());
    see(() -> assertThat(browser.findElement(By.id("findings")).getText()).contains("They agree"));
    act(() -> browser.findElement(By.id("action-Build-Build")).click());
    act(() -> browser.findElement(By.cssSelector("#phase-BUILD summary")).click());
    see(() -> assertThat(browser.findElement(By.id("phase-BUILD")).getText()).contains("javac"));
  }

  @Test
  @Order(4)
  void a_line_of_a_log_has_an_address_and_what_is_searched_for_is_found() {
    browser.get(samdan.url() + "/applications/sample/pipelines?pipeline=sample-dev-api");
    act(() -> browser.findElement(By.partialLinkText("sample-dev-api #1")).click());
    act(() -> browser.findElement(By.id("action-Build-Build")).click());
    see(() -> browser.findElement(By.cssSelector("#action-Build-Build[aria-current]")));
    act(() -> browser.findElement(By.cssSelector("[data-find]")).sendKeys("javac"));
    see(() -> assertThat(browser.findElements(By.cssSelector(".log mark"))).isNotEmpty());
    String id =
        (String)
            browser.executeScript(
                "return document.querySelector('.log mark').closest('.l').id.slice(1)");
    browser.get(browser.getCurrentUrl() + "#L" + id + "-L" + id);
    browser.navigate().refresh();
    see(() ->
        assertThat(browser.findElement(By.id("L" + id)).getAttribute("class")).contains("at"));
    see(() -> assertThat(browser.findElement(By.id("L" + id)).isDisplayed()).isTrue());
  }

  @Test
  @Order(5)
  void an_image_shows_its_base_where_it_runs_and_why_it_stays() {
    browser.get(samdan.url() + "/applications/sample/images");
    see(() ->
        assertThat(Browser.headline(browser))
            .isEqualTo("Every live image stands on a fresh base."));
    see(() ->
        assertThat(browser.findElement(By.cssSelector(".lineage")).getText())
            .contains("sample-base:" + commit.substring(0, 7), "dev", "100% of the traffic"));
    see(() ->
        assertThat(browser.findElement(By.cssSelector("#images-list tbody")).getText())
            .contains("live in dev"));
  }

  @Test
  @Order(6)
  void a_secret_is_set_by_name_and_its_value_never_shown() {
    browser.get(samdan.url() + "/applications/sample/settings");
    WebElement section = browser.findElement(By.id("secrets-dev"));
    section.findElement(By.name("name")).sendKeys("MAIL_PASSWORD");
    section.findElement(By.name("value")).sendKeys("not-for-eyes");
    section.findElement(By.cssSelector("form button")).click();
    see(() ->
        assertThat(browser.findElement(By.id("secrets-dev")).getText())
            .contains("MAIL_PASSWORD", "Saved"));
    see(() -> assertThat(browser.getPageSource()).doesNotContain("not-for-eyes"));
  }

  @Test
  @Order(7)
  void what_cannot_be_undone_is_asked_once_more_with_scripts_and_without() {
    browser.get(samdan.url() + "/applications/sample/settings");
    act(() -> browser.findElement(By.cssSelector("#secrets-dev a[data-ask]")).click());
    see(() ->
        assertThat(browser.findElement(By.cssSelector("#question[open]")).getText())
            .contains("Delete MAIL_PASSWORD?"));
    see(() -> assertThat(browser.switchTo().activeElement().getText()).isEqualTo("Keep going"));
    browser.switchTo().activeElement().click();
    see(() ->
        assertThat(browser.findElement(By.id("secrets-dev")).getText()).contains("MAIL_PASSWORD"));
    String question =
        browser.findElement(By.cssSelector("#secrets-dev a[data-ask]")).getAttribute("href");
    browser.get(question);
    see(() -> assertThat(Browser.headline(browser)).isEqualTo("Delete MAIL_PASSWORD?"));
    act(() -> browser.findElement(By.cssSelector("main .button.danger")).click());
    see(() ->
        assertThat(browser.findElement(By.id("secrets-dev")).getText())
            .doesNotContain("MAIL_PASSWORD"));
  }

  @Test
  @Order(8)
  void a_command_runs_once_in_what_is_deployed_and_its_log_is_kept() {
    browser.get(samdan.url() + "/applications/sample/jobs");
    new org.openqa.selenium.support.ui.Select(browser.findElement(By.name("environment")))
        .selectByVisibleText("dev");
    act(() ->
        browser.findElement(By.name("command")).sendKeys("echo heard-by-nobody-else" + Keys.ENTER));
    see(() -> assertThat(Browser.headline(browser)).endsWith("ended with 0."));
    see(() ->
        assertThat(browser.findElement(By.cssSelector(".log")).getText())
            .contains("heard-by-nobody-else"));
  }

  @Test
  @Order(9)
  void a_database_gets_a_snapshot_and_its_tasks_go_on() {
    browser.get(samdan.url() + "/applications/sample/data");
    act(() -> browser.findElement(By.cssSelector("#data-dev a[data-ask]")).click());
    act(() -> browser.findElement(By.cssSelector("#question[open] .primary")).click());
    see(() -> assertThat(browser.findElements(By.cssSelector("#data-dev tbody tr"))).hasSize(1));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> samdan.edge("sample-dev.localhost", "/health").status() == 200);
  }

  @Test
  @Order(10)
  void executions_are_filtered_by_their_state() {
    browser.get(samdan.url() + "/applications/sample/pipelines");
    By rows = By.cssSelector("#pipelines-executions tbody tr");
    int all = browser.findElements(rows).size();
    act(() -> browser.findElement(By.linkText("In progress")).click());
    see(() ->
        assertThat(browser.findElements(rows))
            .isNotEmpty()
            .hasSizeLessThan(all)
            .allMatch(row -> row.getText().contains("Waits for you")));
  }

  @Test
  @Order(11)
  void a_lost_stream_is_said_and_gone_without_a_word() {
    browser.get(samdan.url() + "/");
    ProcessHandle.of(samdan.json("status").path("control").path("pid").asLong())
        .orElseThrow()
        .destroyForcibly();
    see(() -> assertThat(browser.findElement(By.id("lost")).getText()).contains("Not live since"));
    assertThat(samdan.start().status()).isZero();
    see(() -> assertThat(browser.findElement(By.id("lost")).isDisplayed()).isFalse());
  }

  @Test
  @Order(12)
  void nothing_scrolls_sideways_on_a_narrow_screen() {
    for (int width : new int[] {390, 320}) {
      browser.executeCdpCommand(
          "Emulation.setDeviceMetricsOverride",
          Map.of("width", width, "height", 844, "deviceScaleFactor", 1, "mobile", false));
      for (String page : PAGES) {
        browser.get(samdan.url() + page);
        Number wide = (Number) browser.executeScript("return document.documentElement.scrollWidth");
        assertThat(wide.intValue()).as("%s at %s px", page, width).isLessThanOrEqualTo(width);
      }
    }
    browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
  }

  @Test
  @Order(13)
  void the_keyboard_goes_everywhere() {
    browser.get(samdan.url() + "/");
    press("gr", () -> assertThat(browser.getCurrentUrl()).endsWith("/rooms"));
    press("?", () -> assertThat(browser.findElement(By.id("keys")).isDisplayed()).isTrue());
    act(() -> browser.findElement(By.id("keys")).sendKeys(Keys.ESCAPE));
    By field = By.cssSelector("#palette input");
    press("/", () -> assertThat(browser.findElement(field).isDisplayed()).isTrue());
    browser.findElement(field).sendKeys("sample");
    browser.findElement(field).sendKeys(Keys.ENTER);
    see(() -> assertThat(browser.getCurrentUrl()).contains("/applications/sample"));
  }

  /** Again until it is heard: a page that has just come may not listen yet. */
  private static void press(String keys, ThrowingRunnable then) {
    see(() -> {
      browser.findElement(By.tagName("body")).sendKeys(keys);
      then.run();
    });
  }

  @Test
  @Order(14)
  void the_language_is_the_readers() {
    browser.get(samdan.url() + "/waiting");
    switchLanguage("ko");
    see(() -> assertThat(Browser.headline(browser)).contains("기다려요"));
    switchLanguage("en");
    see(() -> assertThat(Browser.headline(browser)).contains("wait"));
  }

  private static void switchLanguage(String tag) {
    act(() -> browser.findElement(By.cssSelector("details.menu summary")).click());
    act(() -> browser.findElement(By.cssSelector("button[name=language]")).click());
    see(() ->
        assertThat(browser.executeScript("return document.documentElement.lang")).isEqualTo(tag));
  }

  @Test
  @Order(15)
  void a_person_approves_without_scripts_and_an_open_page_follows() {
    browser.get(samdan.url() + "/applications/sample/pipelines");
    ChromeDriver plain = Browser.open(false);
    try {
      signIn(plain);
      plain.get(samdan.url() + "/waiting");
      for (int i = 0; i < 2; i++) {
        act(() -> plain.findElement(By.cssSelector("button[value=approve]")).click());
        see(() -> assertThat(plain.getCurrentUrl()).contains("/executions/"));
        plain.get(samdan.url() + "/waiting");
      }
      see(() -> assertThat(Browser.headline(plain)).isEqualTo("Nothing waits for you."));
    } finally {
      plain.quit();
    }
    assertThat(samdan.awaitEnd("sample-prod-api", commit, PATIENCE).path("status").asString())
        .isEqualTo("Succeeded");
    assertThat(samdan.awaitEnd("sample-prod-web", commit, PATIENCE).path("status").asString())
        .isEqualTo("Succeeded");
    see(() -> assertThat(Browser.headline(browser)).isEqualTo("Everything is delivered."));
  }

  @Test
  @Order(16)
  void a_tag_is_what_the_commit_that_serves_is_called() {
    String folder = samdan.folder.resolve("sample").toString();
    String address = remote.toString().replace("http://", "http://x:" + samdan.token() + "@");
    for (List<String> command :
        List.of(
            List.of("git", "-C", folder, "tag", "1.0.0", commit),
            List.of("git", "-C", folder, "push", "-q", address, "1.0.0"))) {
      Installation.Ran ran = samdan.run(samdan.folder, command, PATIENCE);
      assertThat(ran.status()).as(ran.err()).isZero();
    }
    browser.get(samdan.url() + "/applications/sample?env=prod");
    see(() -> assertThat(Browser.headline(browser)).isEqualTo("prod is live on 1.0.0."));
  }

  @Test
  @Order(17)
  void a_branch_becomes_a_pull_request_that_is_talked_about_and_merged() {
    String root = samdan.url() + "/applications/sample";
    browser.get(root + "/branches/new");
    act(() -> browser.findElement(By.cssSelector("option[value=docs]")).click());
    act(() -> browser.findElement(By.name("summary")).sendKeys("sign-in"));
    act(() -> browser.findElement(By.cssSelector("main form button.primary")).click());
    see(() ->
        assertThat(browser.findElement(By.id("branch-docs/sign-in")).getText())
            .contains("docs from dev"));

    sample.edit("README.md", text -> text + "People sign in with their number.\n");
    sample.commit("Say how people sign in");
    sample.push(remote, samdan.token(), "docs/sign-in");
    browser.get(root + "/pull-requests/new?source=docs%2Fsign-in");
    act(() -> browser.findElement(By.cssSelector("main form button.primary")).click());
    see(() -> assertThat(Browser.headline(browser)).startsWith("Say how people sign in #"));
    String pull = browser.getCurrentUrl();

    browser.get(pull + "/files");
    act(() -> browser.findElement(By.cssSelector("tr.add a")).click());
    act(() -> browser.findElement(By.cssSelector("tr.said textarea")).sendKeys("Which number?"));
    act(() -> browser.findElement(By.cssSelector("tr.said button.primary")).click());
    see(() ->
        assertThat(browser.findElement(By.className("thread")).getText())
            .contains("Which number?"));
    act(() -> browser.findElement(By.cssSelector(".difffile summary button")).click());
    see(() ->
        assertThat(browser.findElement(By.id("pull-tabs")).getText()).contains("1 of 1 viewed"));
    see(() ->
        assertThat(browser.findElement(By.cssSelector(".difffile")).getAttribute("open")).isNull());
    browser.get(pull);
    see(() ->
        assertThat(browser.findElement(By.className("talk")).getText()).contains("Which number?"));

    see(() -> browser.findElement(By.cssSelector("#merge a.primary")));
    browser.get(pull + "/merge?back=" + URI.create(pull).getPath());
    act(() -> browser.findElement(By.cssSelector(".ask button.primary")).click());
    see(() ->
        assertThat(browser.findElement(By.cssSelector(".status.pill")).getText())
            .isEqualTo("Merged"));
    browser.get(root + "/branches");
    see(() -> assertThat(browser.findElements(By.id("branch-docs/sign-in"))).isEmpty());
  }

  @Test
  @Order(18)
  void what_does_not_exist_is_said_and_nobody_else_comes_in() {
    browser.get(samdan.url() + "/applications/nothing-here");
    see(() -> assertThat(Browser.headline(browser)).isEqualTo("There is nothing here."));
    assertThat(
            samdan
                .post(samdan.url() + "/approvals/00000000-0000-0000-0000-000000000000", "")
                .status())
        .isEqualTo(403);
    browser.manage().deleteAllCookies();
    browser.get(samdan.url() + "/rooms");
    see(() -> assertThat(browser.getCurrentUrl()).contains("/sign-in"));
  }
}
