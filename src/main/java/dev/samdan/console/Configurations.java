package dev.samdan.console;

import dev.samdan.application.ApiTier;
import dev.samdan.application.DeploymentPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Deployment configurations and alarms as sentences. */
final class Configurations {
  private static final Pattern CANARY =
      Pattern.compile(".*Canary(\\d+)Percent(\\d+)(Minutes|Seconds)");
  private static final Pattern LINEAR =
      Pattern.compile(".*Linear(\\d+)PercentEvery(\\d+)(Minutes|Seconds)");

  private Configurations() {}

  /** Such as "linear, 10% a minute". */
  static String brief(Words words, String name) {
    Matcher linear = LINEAR.matcher(name);
    if (linear.matches()) {
      return words.say("configuration.linear", linear.group(1), time(words, linear));
    }
    Matcher canary = CANARY.matcher(name);
    return canary.matches()
        ? words.say("configuration.canary", canary.group(1), time(words, canary))
        : words.say("configuration.once");
  }

  private static String time(Words words, Matcher matcher) {
    int number = Integer.parseInt(matcher.group(2));
    return words.span(
        matcher.group(3).equals("Minutes")
            ? Duration.ofMinutes(number)
            : Duration.ofSeconds(number));
  }

  /** How a delivery of the application tier goes, and what takes it back. */
  static String sentence(Words words, ApiTier api) {
    List<String> parts = new ArrayList<>();
    String brief = brief(words, api.deploymentConfig());
    parts.add(brief.substring(0, 1).toUpperCase(Locale.ROOT) + brief.substring(1) + ".");
    List<String> alarms = alarms(words, api.deployment().alarms());
    if (!alarms.isEmpty()) {
      parts.add(words.say("approval.alarms", String.join(words.say("list.or"), alarms)));
    }
    parts.add(words.say("approval.how.healthy"));
    return String.join(" ", parts);
  }

  /** What rolls a deployment back by itself, beside its health. */
  static List<String> alarms(Words words, DeploymentPolicy.Alarms alarms) {
    List<String> all = new ArrayList<>();
    Double rate = alarms.errorRate();
    if (rate != null) {
      all.add(words.say("alarm.5xx", plain(rate)));
    }
    Duration p99 = alarms.p99();
    if (p99 != null) {
      all.add(words.say("alarm.p99", p99.toMillis()));
    }
    return all;
  }

  static String plain(double number) {
    return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
  }
}
