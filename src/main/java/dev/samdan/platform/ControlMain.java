package dev.samdan.platform;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import dev.samdan.base.PlatformException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Control's process: {@code --home DIR}; everything else stands in the home. Ends on SIGTERM. */
public final class ControlMain {
  private ControlMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 2 || !arguments[0].equals("--home")) {
      System.err.println("control: --home DIR is what it takes");
      System.exit(2);
    }
    Path home = Path.of(arguments[1]);
    ControlProcess control = new ControlProcess(home);
    logTo(control.log());
    Logger log = LoggerFactory.getLogger(ControlMain.class);
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              end.countDown();
              await(ended);
            }));
    try (var lock = control.acquire()) {
      try (Platform platform =
          Platform.start(home, Settings.load(home), control.nextGeneration())) {
        control.announceReady(platform.url(), platform.generation());
        log.info("ready at {}", platform.url());
        end.await();
        log.info("stopping");
      }
      control.announceEnd();
    } catch (Throwable problem) {
      String message =
          problem instanceof PlatformException known
              ? known.text()
              : "control failed to start: " + problem;
      log.error("control ends: {}", message, problem);
      control.announceFailure(message);
      ended.countDown();
      Runtime.getRuntime().halt(1);
    } finally {
      ended.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ten megabytes a file, three files. */
  private static void logTo(Path file) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{20} %msg%n%ex{20}");
    encoder.start();
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setFile(file.toString());
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setMinIndex(1);
    rolling.setMaxIndex(2);
    rolling.setFileNamePattern(file + ".%i");
    rolling.start();
    SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
    trigger.setContext(context);
    trigger.setMaxFileSize(FileSize.valueOf("10MB"));
    // The library looks once a minute, in which what goes wrong in a loop fills a disk.
    trigger.setCheckIncrement(Duration.buildBySeconds(1));
    trigger.start();
    appender.setRollingPolicy(rolling);
    appender.setTriggeringPolicy(trigger);
    appender.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    context.getLogger("dev.samdan").setLevel(Level.INFO);
  }
}
