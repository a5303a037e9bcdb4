package dev.samdan.deploy;

import dev.samdan.base.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How production traffic moves to green, by the name of a deployment configuration (CodeDeploy user
 * guide, "Deployment configurations on an Amazon ECS compute platform"). A team's own has the same
 * words with other numbers and no prefix: {@code Canary20Percent30Seconds}.
 *
 * @param steps green's share after each step; the last is 100
 * @param interval between two steps
 */
record TrafficShift(List<Integer> steps, Duration interval) {
  static final String ALL_AT_ONCE = "CodeDeployDefault.ECSAllAtOnce";
  private static final String PREFIX = "CodeDeployDefault.";
  private static final Set<String> PREDEFINED =
      Set.of(
          "ECSAllAtOnce",
          "ECSLinear10PercentEvery1Minutes",
          "ECSLinear10PercentEvery3Minutes",
          "ECSCanary10Percent5Minutes",
          "ECSCanary10Percent15Minutes");
  private static final Pattern CANARY =
      Pattern.compile("Canary([1-9]\\d?)Percent([1-9]\\d{0,5})(Minutes|Seconds)");
  private static final Pattern LINEAR =
      Pattern.compile("Linear([1-9]\\d?)PercentEvery([1-9]\\d{0,5})(Minutes|Seconds)");

  /**
   * The name as it is kept: the whole one also where only {@code ECSAllAtOnce} is written; INVALID
   * names those there are.
   */
  static String checked(String configuration) {
    String plain = plain(configuration);
    String name = PREDEFINED.contains(plain) ? PREFIX + plain : configuration;
    return of(name).steps().isEmpty() ? ALL_AT_ONCE : name;
  }

  static TrafficShift of(String configuration) {
    String plain = plain(configuration);
    if (plain.equals("ECSAllAtOnce")) {
      return new TrafficShift(List.of(100), Duration.ZERO);
    }
    boolean predefined = PREDEFINED.contains(plain);
    String words = predefined ? plain.substring("ECS".length()) : configuration;
    Matcher canary = CANARY.matcher(words);
    if (canary.matches()) {
      return new TrafficShift(List.of(percent(canary), 100), interval(canary));
    }
    Matcher linear = LINEAR.matcher(words);
    if (linear.matches()) {
      List<Integer> steps = new ArrayList<>();
      for (int share = percent(linear); share < 100; share += percent(linear)) {
        steps.add(share);
      }
      steps.add(100);
      return new TrafficShift(steps, interval(linear));
    }
    throw PlatformException.invalid(
        "'"
            + configuration
            + "' is not a deployment configuration: there are "
            + ALL_AT_ONCE
            + ", CodeDeployDefault.ECSCanary10Percent5Minutes (or 15Minutes),"
            + " CodeDeployDefault.ECSLinear10PercentEvery1Minutes (or Every3Minutes), and your own,"
            + " such as Canary20Percent30Seconds or Linear25PercentEvery2Minutes");
  }

  /** What comes after green got this share at that time; empty where it has none, or all. */
  Optional<Deployments.Shift> after(int share, @Nullable Instant since) {
    int at = steps.indexOf(share);
    if (at < 0 || at == steps.size() - 1 || since == null) {
      return Optional.empty();
    }
    int left = steps.size() - 1 - at;
    return Optional.of(
        new Deployments.Shift(
            steps.get(at + 1), since.plus(interval), since.plus(interval.multipliedBy(left))));
  }

  private static String plain(String configuration) {
    return configuration.startsWith(PREFIX)
        ? configuration.substring(PREFIX.length())
        : configuration;
  }

  private static int percent(Matcher matcher) {
    return Integer.parseInt(matcher.group(1));
  }

  private static Duration interval(Matcher matcher) {
    long number = Long.parseLong(matcher.group(2));
    return matcher.group(3).equals("Minutes")
        ? Duration.ofMinutes(number)
        : Duration.ofSeconds(number);
  }
}
