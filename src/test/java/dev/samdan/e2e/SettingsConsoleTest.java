package dev.samdan.e2e;

import static dev.samdan.e2e.Browser.act;
import static dev.samdan.e2e.Browser.see;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.Select;

/**
 * People, tokens and the audit log in a real browser: an admin's, and a developer's that runs no
 * scripts.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SettingsConsoleTest {
  private static final String PASSWORD = "correct horse battery";

  private static Installation samdan;
  private static ChromeDriver admin;
  private static ChromeDriver yuna;
  private static String link;

  @BeforeAll
  static void sign_the_admin_in() {
    Browser.assumeInstalled();
    samdan = Installation.up();
    samdan.json("app", "create", "staff");
    samdan.json("app", "create", "shop");
    admin = Browser.open(true);
    yuna = Browser.open(false);
    admin.get(samdan.json("up", "--detach").path("signIn").asString());
  }

  @AfterAll
  static void stop() {
    if (admin != null) {
      admin.quit();
    }
    if (yuna != null) {
      yuna.quit();
    }
    if (samdan != null) {
      samdan.close();
    }
  }

  @Test
  @Order(1)
  void a_person_is_added_with_a_role_and_a_link_that_is_shown_once() {
    admin.get(samdan.url() + "/settings/people");
    act(() -> admin.findElement(By.name("name")).sendKeys("yuna"));
    act(() -> admin.findElement(By.name("displayName")).sendKeys("정유나"));
    new Select(admin.findElement(By.name("role"))).selectByVisibleText("developer");
    new Select(admin.findElement(By.name("application"))).selectByVisibleText("staff");
    act(() -> admin.findElement(By.cssSelector("aside button.primary")).click());
    see(() -> assertThat(Browser.headline(admin)).isEqualTo("정유나"));
    link = Browser.text(admin, ".note code");
    assertThat(link).startsWith(samdan.url() + "/sign-in?link=");
    admin.navigate().refresh();
    see(() -> assertThat(admin.findElements(By.cssSelector(".note"))).isEmpty());
    admin.get(samdan.url() + "/settings/people");
    see(() ->
        assertThat(admin.findElement(By.id("person-yuna")).getText()).contains("staff developer"));
  }

  @Test
  @Order(2)
  void who_may_not_is_told_so_at_the_button_and_refused_behind_it() {
    yuna.get(link);
    see(() -> assertThat(yuna.getCurrentUrl()).isEqualTo(samdan.url() + "/"));
    yuna.get(samdan.url() + "/settings/people");
    WebElement add = yuna.findElement(By.cssSelector("aside [aria-disabled=true]"));
    assertThat(add.getAttribute("title")).contains("can change that");
    see(() -> assertThat(yuna.findElements(By.cssSelector("main form"))).isEmpty());
    yuna.get(samdan.url() + "/settings/people/yuna");
    see(() -> assertThat(yuna.findElements(By.cssSelector("main form"))).isEmpty());
    see(() -> assertThat(yuna.findElement(By.id("side")).getText()).doesNotContain("Audit"));
    yuna.get(samdan.url() + "/applications/staff/settings");
    see(() ->
        assertThat(yuna.findElement(By.cssSelector("#secrets-- [aria-disabled=true]")).getText())
            .startsWith("Set"));
    see(() ->
        assertThat(yuna.findElement(By.id("secrets--")).getText())
            .contains("That takes a greater role in staff."));
    yuna.get(samdan.url() + "/applications/staff/branches/new");
    see(() -> assertThat(yuna.findElements(By.cssSelector("main [aria-disabled=true]"))).isEmpty());
    yuna.get(samdan.url() + "/audit");
    see(() -> assertThat(Browser.headline(yuna)).isEqualTo("You may not look at this."));
    yuna.get(samdan.url() + "/applications/shop");
    see(() -> assertThat(Browser.headline(yuna)).isEqualTo("You may not look at this."));
  }

  @Test
  @Order(3)
  void a_role_is_changed_and_taken_away() {
    admin.get(samdan.url() + "/settings/people/yuna");
    WebElement staff = admin.findElement(By.xpath("//form[.//b[text()='staff']]"));
    new Select(staff.findElement(By.name("role"))).selectByVisibleText("maintainer");
    staff.findElement(By.tagName("button")).click();
    see(() -> assertThat(admin.findElement(By.id("roles")).getText()).contains("Saved"));
    see(() ->
        assertThat(samdan.api("/users/yuna").path("roles").path("staff").asString())
            .isEqualTo("maintainer"));
    WebElement give = admin.findElement(By.cssSelector("#roles form.fields"));
    new Select(give.findElement(By.name("role"))).selectByVisibleText("viewer");
    give.findElement(By.tagName("button")).click();
    see(() ->
        assertThat(samdan.api("/users/yuna").path("roles").path("shop").asString())
            .isEqualTo("viewer"));
    act(() ->
        new Select(admin.findElement(By.xpath("//form[.//b[text()='shop']]//select")))
            .selectByVisibleText("none"));
    act(() -> admin.findElement(By.xpath("//form[.//b[text()='shop']]//button")).click());
    see(() -> assertThat(samdan.api("/users/yuna").path("roles").has("shop")).isFalse());
  }

  @Test
  @Order(4)
  void a_password_is_set_and_the_browser_stays_signed_in() {
    yuna.get(samdan.url() + "/settings");
    WebElement form = yuna.findElement(By.cssSelector("#password form"));
    form.findElement(By.name("password")).sendKeys(PASSWORD);
    form.findElement(By.tagName("button")).click();
    see(() -> assertThat(yuna.findElement(By.id("password")).getText()).contains("Saved"));
    WebElement next = yuna.findElement(By.cssSelector("#password form"));
    next.findElement(By.name("current")).sendKeys("another one entirely");
    next.findElement(By.name("password")).sendKeys("a new one for later");
    next.findElement(By.tagName("button")).click();
    see(() ->
        assertThat(yuna.findElement(By.cssSelector("[role=alert]")).getText())
            .contains("the current password is another"));
    see(() -> assertThat(yuna.findElements(By.cssSelector("#password .wrong"))).hasSize(2));
    yuna.manage().deleteAllCookies();
    yuna.get(samdan.url() + "/sign-in");
    act(() -> yuna.findElement(By.name("name")).sendKeys("yuna"));
    act(() -> yuna.findElement(By.name("token")).sendKeys(PASSWORD));
    act(() -> yuna.findElement(By.cssSelector("button.decisive")).click());
    see(() -> assertThat(yuna.getCurrentUrl()).isEqualTo(samdan.url() + "/"));
  }

  @Test
  @Order(5)
  void a_token_is_shown_once_does_what_it_is_limited_to_and_is_revoked() {
    yuna.get(samdan.url() + "/settings");
    WebElement form = yuna.findElement(By.cssSelector("#tokens form"));
    form.findElement(By.name("name")).sendKeys("builds of staff");
    new Select(form.findElement(By.name("application"))).selectByVisibleText("staff");
    form.findElement(By.cssSelector("[value=push]")).click();
    form.findElement(By.tagName("button")).click();
    String token = Browser.text(yuna, "#tokens .note code");
    assertThat(status(token, "/applications/staff")).isEqualTo(200);
    assertThat(status(token, "/audit?application=staff")).isEqualTo(403);
    yuna.navigate().refresh();
    see(() -> assertThat(yuna.getPageSource()).doesNotContain(token));
    WebElement row = yuna.findElement(By.cssSelector("#tokens .row"));
    assertThat(row.getText()).contains("builds of staff", "read, push · staff · used now");
    row.findElement(By.linkText("Revoke")).click();
    see(() -> assertThat(Browser.headline(yuna)).isEqualTo("Revoke builds of staff?"));
    act(() -> yuna.findElement(By.cssSelector("main .button.danger")).click());
    see(() -> assertThat(status(token, "/applications/staff")).isEqualTo(401));
  }

  @Test
  @Order(6)
  void an_access_key_gives_both_its_halves_once() {
    yuna.get(samdan.url() + "/settings");
    WebElement form = yuna.findElement(By.cssSelector("#access-keys form"));
    form.findElement(By.name("name")).sendKeys("aws");
    form.findElement(By.tagName("button")).click();
    see(() ->
        assertThat(yuna.findElement(By.cssSelector("#access-keys .note code")).getText())
            .matches("(?s)AWS_ACCESS_KEY_ID=AKIA[A-Z2-7]{16}\\s+AWS_SECRET_ACCESS_KEY=\\S{40}"));
  }

  private static int status(String token, String path) {
    return Installation.send(
            HttpRequest.newBuilder(URI.create(samdan.url() + "/api/v1" + path))
                .header("Authorization", "Bearer " + token)
                .build())
        .status();
  }

  @Test
  @Order(7)
  void the_audit_log_is_filtered_and_exported_by_who_may_read_it() {
    admin.get(samdan.url() + "/audit");
    see(() -> assertThat(Browser.headline(admin)).containsPattern("recorded today\\.$"));
    act(() -> admin.findElement(By.name("who")).sendKeys("admin"));
    act(() -> admin.findElement(By.name("action")).sendKeys("set a role"));
    act(() -> admin.findElement(By.cssSelector("main form button")).click());
    see(() -> assertThat(admin.findElements(By.cssSelector("#audit tbody tr[id]"))).hasSize(3));
    String csv = admin.findElement(By.linkText("CSV")).getAttribute("href");
    Installation.Answer file =
        Installation.send(
            HttpRequest.newBuilder(URI.create(csv))
                .header(
                    "Cookie",
                    "samdan_session=" + admin.manage().getCookieNamed("samdan_session").getValue())
                .build());
    assertThat(file.status()).isEqualTo(200);
    assertThat(file.headers().get("content-disposition"))
        .containsExactly("attachment; filename=\"audit.csv\"");
    assertThat(file.body().lines().toList()).hasSize(4).last().asString().contains("Set a role");
    // A maintainer of one application reads its log, and no other.
    yuna.get(samdan.url() + "/audit");
    see(() -> assertThat(yuna.findElement(By.id("audit")).getText()).contains("Set a role"));
    see(() ->
        assertThat(new Select(yuna.findElement(By.name("application"))).getOptions())
            .extracting(WebElement::getText)
            .containsExactly("staff"));
    yuna.get(samdan.url() + "/audit?application=shop");
    see(() -> assertThat(Browser.headline(yuna)).isEqualTo("You may not look at this."));
  }

  @Test
  @Order(8)
  void a_repository_elsewhere_is_followed_fetched_and_let_go() {
    Path there = samdan.folder.resolve("there");
    for (List<String> command :
        List.of(
            List.of("git", "init", "-q", "-b", "dev", there.toString()),
            List.of(
                "git",
                "-C",
                there.toString(),
                "-c",
                "user.name=Mina",
                "-c",
                "user.email=m@x",
                "commit",
                "-q",
                "--allow-empty",
                "-m",
                "Begin"))) {
      assertThat(samdan.run(samdan.folder, command, Duration.ofSeconds(20)).status()).isZero();
    }
    admin.get(samdan.url() + "/settings/remotes");
    see(() ->
        assertThat(Browser.headline(admin)).isEqualTo("No repository elsewhere is followed."));
    new Select(admin.findElement(By.name("application"))).selectByVisibleText("shop");
    act(() -> admin.findElement(By.name("url")).sendKeys("file://" + there));
    act(() -> admin.findElement(By.cssSelector("aside button.primary")).click());
    see(() -> assertThat(Browser.headline(admin)).isEqualTo("1 repository elsewhere is followed."));
    act(() -> admin.findElement(By.cssSelector("#remote-shop form button")).click());
    see(() -> assertThat(admin.findElement(By.id("remote-shop")).getText()).contains("Follows"));
    admin.get(samdan.url() + "/applications/shop/branches");
    see(() -> assertThat(admin.findElement(By.id("branches")).getText()).contains("dev"));
    // Who may not look at the application sees nothing of it.
    yuna.get(samdan.url() + "/settings/remotes");
    see(() -> assertThat(yuna.findElements(By.id("remote-shop"))).isEmpty());
    admin.get(samdan.url() + "/applications/shop/remotes/shop/disconnect?back=/settings/remotes");
    act(() -> admin.findElement(By.cssSelector("main .button.danger")).click());
    see(() ->
        assertThat(Browser.headline(admin)).isEqualTo("No repository elsewhere is followed."));
  }

  @Test
  @Order(9)
  void who_is_deleted_is_signed_out_at_once() {
    admin.get(samdan.url() + "/settings/people/yuna/delete?back=/settings/people/yuna");
    act(() -> admin.findElement(By.cssSelector("main .button.danger")).click());
    see(() -> assertThat(admin.findElements(By.id("person-yuna"))).isEmpty());
    yuna.get(samdan.url() + "/");
    see(() -> assertThat(yuna.getCurrentUrl()).contains("/sign-in"));
  }
}
