package dev.samdan.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.DeploymentPolicy.Alarms;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicySectionTest {
  private static final String TIER = "application: staff\ntiers:\n  api:\n";

  @Test
  void hooks_waits_and_alarms_are_read() {
    DeploymentPolicy policy =
        api("""
            hooks:
              AfterInstall: ./check.sh --all
              BeforeAllowTraffic: https://checks.example.com/go
              ValidateFunction: {run: [python, validate.py], timeout: 5m}
            deployment:
              wait: 10m
              on-timeout: continue
              termination-wait: 1h
              healthy-within: 90s
              circuit-breaker: 5
              alarms: {error-rate: 2.5%, p99: 800ms, minimum-requests: 50}
            secrets: {DB_PASSWORD: staff/db}
        """)
            .deployment();

    assertThat(policy.hooks())
        .isEqualTo(
            Map.of(
                "AfterInstall",
                new HookDeclaration(List.of("sh", "-c", "./check.sh --all"), Duration.ofHours(1)),
                "BeforeAllowTraffic",
                new HookDeclaration(List.of("https://checks.example.com/go"), Duration.ofHours(1)),
                "ValidateFunction",
                new HookDeclaration(List.of("python", "validate.py"), Duration.ofMinutes(5))));
    assertThat(policy.hooks().get("BeforeAllowTraffic").address())
        .contains(URI.create("https://checks.example.com/go"));
    assertThat(policy.hooks().get("AfterInstall").text()).isEqualTo("./check.sh --all");
    assertThat(policy.readyWait()).isEqualTo(Duration.ofMinutes(10));
    assertThat(policy.stopAfterWait()).isFalse();
    assertThat(policy.terminationWait()).isEqualTo(Duration.ofHours(1));
    assertThat(policy.healthyWithin()).isEqualTo(Duration.ofSeconds(90));
    assertThat(policy.circuitBreaker()).isEqualTo(5);
    assertThat(policy.alarms()).isEqualTo(new Alarms(2.5, Duration.ofMillis(800), 50));
  }

  @Test
  void a_deployment_configuration_may_be_the_teams_own() {
    assertThat(api("    deployment-config: {canary: 20, interval: 30s}\n").deploymentConfig())
        .isEqualTo("Canary20Percent30Seconds");
    assertThat(api("    deployment-config: {linear: 25, interval: 2m}\n").deploymentConfig())
        .isEqualTo("Linear25PercentEvery120Seconds");
    assertThat(api("    deployment-config: Linear50PercentEvery10Seconds\n").deploymentConfig())
        .isEqualTo("Linear50PercentEvery10Seconds");
    assertThat(errors(TIER + "    deployment-config: {canary: 10, linear: 10}\n"))
        .contains(
            "samdan.yml:4:24: tiers.api.deployment-config: needs either canary or linear, a share"
                + " in percent");
  }

  @Test
  void jobs_run_in_every_environment_that_is_not_excluded() {
    ApplicationDeclaration declaration =
        Objects.requireNonNull(
            ApplicationFile.parse(
                    "samdan.yml",
                    TIER
                        + """
                        jobs:
                          sync:
                            schedule: "30 3 * * 1-5"
                            time-zone: Asia/Seoul
                            command: python sync.py
                            timeout: 20m
                            environments: [prod]
                          tidy: {schedule: "*/5 * * * *", command: [./tidy]}
                        """)
                .declaration());

    assertThat(declaration.jobs())
        .containsExactly(
            new JobDeclaration(
                "sync",
                new Schedule("30 3 * * 1-5", "Asia/Seoul"),
                List.of("sh", "-c", "python sync.py"),
                Duration.ofMinutes(20),
                List.of("prod")),
            new JobDeclaration(
                "tidy",
                new Schedule("*/5 * * * *", "UTC"),
                List.of("./tidy"),
                Duration.ofHours(1),
                List.of("dev", "prod")));
  }

  @Test
  void every_mistake_in_them_is_told_where_it_stands() {
    assertThat(
            errors(
                TIER
                    + """
                        deployment: {wait: soon, alarms: {error-rate: 200}, circuit-breaker: 0, bake: 1m}
                    jobs:
                      Sync: {schedule: every day, time-zone: Seoul, environments: [test]}
                    """))
        .contains("samdan.yml:4:24: tiers.api.deployment.wait: soon is not a duration")
        .contains("tiers.api.deployment.alarms.error-rate: 200 is not a share in percent")
        .contains("circuit-breaker: 0 is not a number of failed tasks (1 to 20)")
        .contains("tiers.api.deployment.bake: unknown key")
        .contains("samdan.yml:6:3: jobs: Sync is not a job's name")
        .contains("jobs.Sync.schedule: every day is not a cron expression")
        .contains("jobs.Sync.time-zone: Seoul is not a time zone")
        .contains("jobs.Sync.environments: test is not an environment; there are dev, prod")
        .contains("jobs.Sync: has no command");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT5", "PT", "PT-5M", "-PT5M", "PT99999999999H", "5", "5 m", "-5m"})
  void what_is_no_duration_or_less_than_none_is_refused(String wait) {
    assertThat(errors(TIER + "    deployment: {wait: " + wait + "}\n"))
        .isEqualTo(
            "samdan.yml:4:24: tiers.api.deployment.wait: "
                + wait
                + " is not a duration, such as 30s, 5m or 2h");
  }

  @Test
  void a_duration_may_be_written_as_iso_8601_has_it() {
    assertThat(api("    deployment: {wait: PT1M30S}\n").deployment().readyWait())
        .isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void a_schedule_keeps_its_hour_where_the_clock_is_changed() {
    Schedule berlin = new Schedule("30 3 * * *", "Europe/Berlin");
    assertThat(berlin.next(Instant.parse("2026-03-28T12:00:00Z")))
        .contains(Instant.parse("2026-03-29T01:30:00Z"));
    assertThat(berlin.next(Instant.parse("2026-03-27T12:00:00Z")))
        .contains(Instant.parse("2026-03-28T02:30:00Z"));
  }

  private static ApiTier api(String lines) {
    ApplicationFile.Parsed parsed = ApplicationFile.parse("samdan.yml", TIER + lines);
    assertThat(parsed.errors()).isEmpty();
    return Objects.requireNonNull(Objects.requireNonNull(parsed.declaration()).api());
  }

  private static String errors(String text) {
    return ApplicationFile.parse("samdan.yml", text).errors();
  }
}
