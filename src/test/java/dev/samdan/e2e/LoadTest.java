package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A steady stream of requests through consecutive deployments loses none, and sees every version.
 */
class LoadTest {
  private static Installation samdan;
  private static Sample sample;

  @BeforeAll
  static void deliver() {
    samdan = Installation.up();
    sample = Sample.create(samdan);
    sample.deliverToDev();
  }

  @AfterAll
  static void nothing_is_left_behind() {
    samdan.close();
  }

  @Test
  void two_hundred_requests_a_second_through_two_deployments_all_succeed() {
    throughDeployments(200, 8, 2);
  }

  @Test
  @Tag("soak")
  void two_thousand_requests_a_second_through_ten_deployments_all_succeed() {
    throughDeployments(2_000, 32, 10);
  }

  private static void throughDeployments(int perSecond, int connections, int deployments) {
    try (Load load = Load.start(samdan, Sample.DEV, "/api/version", perSecond, connections)) {
      for (int i = 1; i <= deployments; i++) {
        String commit = sample.version("load-" + perSecond + "-" + i);
        sample.push("dev");
        sample.succeeds("sample-dev-api", commit);
        assertThat(load.failures()).as("after deployment " + i).isEmpty();
      }
      load.close();
      System.out.println(
          "LoadTest: "
              + load.answered()
              + " requests answered, "
              + load.failed()
              + " failed, "
              + deployments
              + " deployments");
      assertThat(load.failed()).isZero();
      assertThat(load.bodies()).hasSizeGreaterThanOrEqualTo(deployments + 1);
    }
  }
}
