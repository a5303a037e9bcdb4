package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficShiftTest {
  @Test
  void all_at_once_is_one_step() {
    assertThat(TrafficShift.of("CodeDeployDefault.ECSAllAtOnce").steps()).containsExactly(100);
  }

  @Test
  void a_canary_takes_its_share_first_and_the_rest_after_the_interval() {
    assertThat(TrafficShift.of("CodeDeployDefault.ECSCanary10Percent15Minutes"))
        .isEqualTo(new TrafficShift(List.of(10, 100), Duration.ofMinutes(15)));
  }

  @Test
  void linear_steps_of_ten_percent_are_ten() {
    TrafficShift shift = TrafficShift.of("CodeDeployDefault.ECSLinear10PercentEvery3Minutes");
    assertThat(shift.steps()).containsExactly(10, 20, 30, 40, 50, 60, 70, 80, 90, 100);
    assertThat(shift.interval()).isEqualTo(Duration.ofMinutes(3));
  }

  @Test
  void a_team_may_have_its_own_shares_and_seconds() {
    assertThat(TrafficShift.of("Canary20Percent30Seconds"))
        .isEqualTo(new TrafficShift(List.of(20, 100), Duration.ofSeconds(30)));
    assertThat(TrafficShift.of("Linear30PercentEvery2Minutes"))
        .isEqualTo(new TrafficShift(List.of(30, 60, 90, 100), Duration.ofMinutes(2)));
    assertThat(TrafficShift.checked("Canary20Percent30Seconds"))
        .isEqualTo("Canary20Percent30Seconds");
    assertThatThrownBy(() -> TrafficShift.of("Canary0Percent30Seconds"))
        .hasMessageContaining("is not a deployment configuration");
  }

  @Test
  void the_short_name_means_the_whole_one_and_an_unknown_one_is_told_what_there_is() {
    assertThat(TrafficShift.checked("ECSAllAtOnce")).isEqualTo(TrafficShift.ALL_AT_ONCE);
    assertThatThrownBy(() -> TrafficShift.checked("ECSHalfAtOnce"))
        .hasMessageContaining("'ECSHalfAtOnce' is not a deployment configuration");
  }
}
