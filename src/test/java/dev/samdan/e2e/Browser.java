package dev.samdan.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The real browser that the console is tried in. */
final class Browser {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private Browser() {}

  static void assumeInstalled() {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "chromium and chromium-driver are not installed");
  }

  /** A browser of its own; without scripts it is one that runs none. */
  static ChromeDriver open(boolean scripts) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toString());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--lang=en",
        "--window-size=1440,900");
    Map<String, Object> preferences = new HashMap<>();
    preferences.put("intl.accept_languages", "en");
    if (!scripts) {
      preferences.put("profile.managed_default_content_settings.javascript", 2);
    }
    options.setExperimentalOption("prefs", preferences);
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logging);
    return new ChromeDriver(
        new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(), options);
  }

  /**
   * Waits until what is said of a page holds. A click may return before the page that it leads to
   * is there, and a live page replaces its parts at any moment, so nothing is asked only once.
   */
  static void see(ThrowingRunnable statement) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .ignoreExceptionsInstanceOf(WebDriverException.class)
        .untilAsserted(statement);
  }

  /** Does something to a page as soon as what it is done to is there. */
  static void act(ThrowingRunnable deed) {
    see(deed);
  }

  /** The text of an element, once it is there. */
  static String text(ChromeDriver driver, String selector) {
    AtomicReference<String> text = new AtomicReference<>("");
    act(() -> text.set(driver.findElement(By.cssSelector(selector)).getText().strip()));
    return text.get();
  }

  /** The first line of a page's headline. */
  static String headline(ChromeDriver driver) {
    return driver.findElement(By.tagName("h1")).getText().lines().findFirst().orElse("");
  }
}
