package dev.samdan.deploy;

import dev.samdan.base.PlatformException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How production traffic moves to green, by the name of a deployment configuration (CodeDeploy user
 * guide, "Deployment configurations on an Amazon ECS compute platform").
 *
 * @param steps green's share after each step; the last is 100
 * @param interval between two steps
 */
record TrafficShift(List<Integer> steps, Duration interval) {
  static final String ALL_AT_ONCE = "CodeDeployDefault.ECSAllAtOnce";
  private static final String PREFIX = "CodeDeployDefault.";
  private static final Pattern CANARY =
      Pattern.compile("CodeDeployDefault\\.ECSCanary(\\d{1,2})Percent(\\d{1,4})Minutes");
  private static final Pattern LINEAR =
      Pattern.compile("CodeDeployDefault\\.ECSLinear(\\d{1,2})PercentEvery(\\d{1,4})Minutes");

  /**
   * The whole name, also where only {@code ECSAllAtOnce} is written; INVALID names those there are.
   */
  static String checked(String configuration) {
    String name = configuration.startsWith(PREFIX) ? configuration : PREFIX + configuration;
    return of(name).steps().isEmpty() ? ALL_AT_ONCE : name;
  }

  static TrafficShift of(String configuration) {
    if (configuration.equals(ALL_AT_ONCE)) {
      return new TrafficShift(List.of(100), Duration.ZERO);
    }
    Matcher canary = CANARY.matcher(configuration);
    if (canary.matches() && percent(canary) > 0) {
      return new TrafficShift(List.of(percent(canary), 100), minutes(canary));
    }
    Matcher linear = LINEAR.matcher(configuration);
    if (linear.matches() && percent(linear) > 0) {
      List<Integer> steps = new ArrayList<>();
      for (int share = percent(linear); share < 100; share += percent(linear)) {
        steps.add(share);
      }
      steps.add(100);
      return new TrafficShift(steps, minutes(linear));
    }
    throw PlatformException.invalid(
        "'"
            + configuration
            + "' is not a deployment configuration: there are "
            + ALL_AT_ONCE
            + ", CodeDeployDefault.ECSCanary10Percent5Minutes (or 15Minutes) and"
            + " CodeDeployDefault.ECSLinear10PercentEvery1Minutes (or Every3Minutes)");
  }

  private static int percent(Matcher matcher) {
    return Integer.parseInt(matcher.group(1));
  }

  private static Duration minutes(Matcher matcher) {
    return Duration.ofMinutes(Long.parseLong(matcher.group(2)));
  }
}
