package dev.samdan.application;

import dev.samdan.base.Yaml;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the sections of samdan.yml that say how deployments and jobs run. */
final class PolicySection {
  private static final Duration MOST_KEPT = Duration.ofDays(2);
  private static final Duration JOB_TIMEOUT = Duration.ofHours(1);
  private static final String UTC = "UTC";

  private PolicySection() {}

  /** {@code tiers.api.deployment} and {@code tiers.api.hooks}. */
  static DeploymentPolicy policy(Section tier) {
    Map<String, HookDeclaration> hooks = hooks(tier);
    Section section = tier.section("deployment").orElse(null);
    if (section == null) {
      DeploymentPolicy usual = DeploymentPolicy.USUAL;
      return new DeploymentPolicy(
          hooks,
          usual.readyWait(),
          usual.stopAfterWait(),
          usual.terminationWait(),
          usual.alarms(),
          usual.healthyWithin(),
          usual.circuitBreaker());
    }
    try (section) {
      return new DeploymentPolicy(
          hooks,
          duration(section, "wait", Duration.ZERO),
          section.text("on-timeout", "stop", Names::onTimeout).equals("stop"),
          duration(section, "termination-wait", Duration.ZERO),
          section.section("alarms").map(PolicySection::alarms).orElse(DeploymentPolicy.Alarms.NONE),
          section.has("healthy-within")
              ? duration(section, "healthy-within", Duration.ofMinutes(1))
              : null,
          section.integer(
              "circuit-breaker",
              DeploymentPolicy.CIRCUIT_BREAKER,
              1,
              20,
              "a number of failed tasks"));
    }
  }

  private static DeploymentPolicy.Alarms alarms(Section section) {
    try (section) {
      String rate = section.optionalText("error-rate", Names::percent);
      String p99 = section.optionalText("p99", Names::duration);
      return new DeploymentPolicy.Alarms(
          rate == null ? null : Double.valueOf(rate),
          p99 == null ? null : Duration.parse(p99),
          section.integer(
              "minimum-requests",
              DeploymentPolicy.Alarms.MINIMUM_REQUESTS,
              1,
              1_000_000,
              "a number of requests"));
    }
  }

  private static Map<String, HookDeclaration> hooks(Section tier) {
    Map<String, HookDeclaration> hooks = new LinkedHashMap<>();
    Section section = tier.section("hooks").orElse(null);
    if (section != null) {
      for (Yaml.Field field : section.entries()) {
        HookDeclaration hook = hook(section, field);
        if (hook != null) {
          hooks.put(field.key(), hook);
        }
      }
    }
    return hooks;
  }

  /** A line, a list of words, or {@code {run: …, timeout: 5m}}. */
  private static @Nullable HookDeclaration hook(Section hooks, Yaml.Field field) {
    if (field.value() instanceof Yaml.Fields) {
      try (Section own = hooks.entry(field)) {
        Duration timeout = duration(own, "timeout", HookDeclaration.TIMEOUT);
        return command(own, "run", timeout);
      }
    }
    return command(hooks, field.key(), HookDeclaration.TIMEOUT);
  }

  private static @Nullable HookDeclaration command(Section section, String key, Duration timeout) {
    List<String> words = words(section, key);
    return words.isEmpty() ? null : new HookDeclaration(words, timeout);
  }

  /** A line becomes a shell's, a list stays what it is. */
  private static List<String> words(Section section, String key) {
    boolean line = section.node(key).filter(Yaml.Text.class::isInstance).isPresent();
    List<String> words = section.texts(key, List.of(), Names::notEmpty);
    return line && !words.isEmpty()
        ? HookDeclaration.of(words.getFirst(), Duration.ZERO).command()
        : words;
  }

  private static Duration duration(Section section, String key, Duration otherwise) {
    Duration duration = Duration.parse(section.text(key, otherwise.toString(), Names::duration));
    if (duration.compareTo(MOST_KEPT) > 0) {
      section.problem(key, "is more than 48 hours");
      return otherwise;
    }
    return duration;
  }

  /** {@code deployment-config}: a name, or {@code {canary: 10, interval: 30s}}, as a name. */
  static String configuration(Section tier) {
    if (tier.node("deployment-config").filter(Yaml.Fields.class::isInstance).isEmpty()) {
      return tier.text("deployment-config", "ECSAllAtOnce", Names::deploymentConfig);
    }
    try (Section own = tier.section("deployment-config").orElseThrow()) {
      int canary = own.integer("canary", 0, 1, 99, "a share in percent");
      int linear = own.integer("linear", 0, 1, 99, "a share in percent");
      Duration interval = duration(own, "interval", Duration.ofMinutes(1));
      if ((canary == 0) == (linear == 0)) {
        tier.problem("deployment-config", "needs either canary or linear, a share in percent");
      }
      long seconds = Math.max(1, interval.toSeconds());
      return canary > 0
          ? "Canary" + canary + "Percent" + seconds + "Seconds"
          : "Linear" + linear + "PercentEvery" + seconds + "Seconds";
    }
  }

  /** {@code jobs}, by name. */
  static List<JobDeclaration> jobs(Section top, List<EnvironmentDeclaration> environments) {
    Section section = top.section("jobs").orElse(null);
    if (section == null) {
      return List.of();
    }
    List<String> known = environments.stream().map(EnvironmentDeclaration::name).toList();
    List<JobDeclaration> jobs = new ArrayList<>();
    for (Yaml.Field field : section.entries()) {
      section.checkKey(field, Names::job);
      try (Section job = section.entry(field)) {
        jobs.add(job(job, field.key(), known, section));
      }
    }
    return jobs;
  }

  private static JobDeclaration job(Section job, String name, List<String> known, Section jobs) {
    if (!job.has("schedule")) {
      jobs.problem(name, "has no schedule; write one such as \"0 3 * * *\"");
    }
    String expression = job.text("schedule", "0 3 * * *", Names::cron);
    String zone = job.text("time-zone", UTC, PolicySection::zone);
    List<String> command = words(job, "command");
    if (command.isEmpty()) {
      jobs.problem(name, "has no command");
    }
    return new JobDeclaration(
        name,
        new Schedule(expression, zone),
        command,
        duration(job, "timeout", JOB_TIMEOUT),
        job.texts("environments", known, value -> Names.among(known, "an environment", value)));
  }

  private static String zone(String value) {
    try {
      return ZoneId.of(value).getId();
    } catch (DateTimeException e) {
      throw new Section.Refused("is not a time zone, such as Asia/Seoul");
    }
  }
}
