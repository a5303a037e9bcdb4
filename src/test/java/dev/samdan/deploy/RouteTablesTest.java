package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.Environment;
import dev.samdan.edge.Action;
import dev.samdan.edge.Listener;
import dev.samdan.edge.RoutingTable;
import dev.samdan.edge.Rule;
import dev.samdan.edge.Site;
import dev.samdan.edge.Target;
import dev.samdan.edge.Weighted;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTablesTest {
  private static final Environment PROD =
      new Environment(
          "sample",
          "prod",
          "main",
          "r",
          true,
          List.of("staff.example.com"),
          "sample",
          7001,
          7002,
          "c");
  private static final RouteTables.Group BLUE = group("d-BLUE");
  private static final RouteTables.Group GREEN = group("d-GREEN");
  private static final Site SITE = new Site("sample-prod-web", Path.of("/sites/r1"), "r1", true);

  @Test
  void paths_of_the_application_tier_go_to_blue_and_all_else_to_the_site() {
    RoutingTable table =
        table(new RouteTables.Served(PROD, BLUE, null, 0, false, SITE, List.of(), true));

    Listener main = listener(table, "main");
    assertThat(main.rules().getFirst().hosts())
        .containsExactly("sample.localhost", "staff.example.com");
    assertThat(main.rules().getFirst().paths()).containsExactly("/api/**");
    assertThat(main.rules().getFirst().action()).isEqualTo(forward(new Weighted("d-BLUE", 100)));
    assertThat(main.rules().get(1).action()).isEqualTo(new Action.ServeSite("sample-prod-web"));
    assertThat(((Action.Fixed) main.rules().getLast().action()).status()).isEqualTo(404);
    assertThat(listener(table, "sample-prod").port()).isEqualTo(7001);
    assertThat(listener(table, "sample-prod-test").rules())
        .isEqualTo(listener(table, "sample-prod").rules());
  }

  @Test
  void green_is_seen_on_the_test_listener_only_until_it_takes_traffic() {
    RoutingTable table =
        table(new RouteTables.Served(PROD, BLUE, GREEN, 0, true, SITE, List.of(), true));

    assertThat(api(table, "sample-prod")).isEqualTo(forward(new Weighted("d-BLUE", 100)));
    assertThat(api(table, "sample-prod-test")).isEqualTo(forward(new Weighted("d-GREEN", 100)));
    assertThat(table.targetGroups()).hasSize(2);
  }

  @Test
  void a_share_is_split_and_all_of_it_is_greens_alone() {
    assertThat(
            api(
                table(new RouteTables.Served(PROD, BLUE, GREEN, 10, true, SITE, List.of(), true)),
                "sample-prod"))
        .isEqualTo(forward(new Weighted("d-BLUE", 90), new Weighted("d-GREEN", 10)));
    assertThat(
            api(
                table(new RouteTables.Served(PROD, BLUE, GREEN, 100, true, SITE, List.of(), true)),
                "sample-prod"))
        .isEqualTo(forward(new Weighted("d-GREEN", 100)));
  }

  @Test
  void what_is_not_live_says_so() {
    RoutingTable table =
        table(new RouteTables.Served(PROD, null, GREEN, 0, false, null, List.of("/api/**"), true));

    for (Rule rule : listener(table, "sample-prod").rules()) {
      assertThat(((Action.Fixed) rule.action()).status()).isEqualTo(503);
      assertThat(((Action.Fixed) rule.action()).body())
          .contains("Nothing is live here yet")
          .contains("푸시 한 번");
    }
  }

  @Test
  void an_application_without_a_site_answers_404_beside_its_paths() {
    RoutingTable table =
        table(new RouteTables.Served(PROD, BLUE, null, 0, false, null, List.of("/api/**"), false));

    assertThat(((Action.Fixed) listener(table, "sample-prod").rules().getLast().action()).status())
        .isEqualTo(404);
  }

  @Test
  void a_name_goes_before_every_wildcard_and_the_longer_wildcard_before_the_shorter() {
    RoutingTable table =
        RouteTables.of(
            3,
            "127.0.0.1",
            8080,
            List.of(
                site("all", "*.example.com"),
                site("eu", "*.eu.example.com"),
                site("one", "a.eu.example.com")),
            List.of(),
            List.of());

    assertThat(listener(table, "main").rules())
        .extracting(Rule::hosts)
        .containsExactly(
            List.of("all.localhost"),
            List.of("eu.localhost"),
            List.of("one.localhost", "a.eu.example.com"),
            List.of("*.eu.example.com"),
            List.of("*.example.com"),
            List.of());
    assertThat(listener(table, "main").rules().get(3).action())
        .isEqualTo(new Action.ServeSite("eu"));
  }

  private static RouteTables.Served site(String application, String domain) {
    return new RouteTables.Served(
        new Environment(
            application, "prod", "main", "r", true, List.of(domain), application, 1, 2, "c"),
        null,
        null,
        0,
        false,
        new Site(application, Path.of("/sites/r1"), "r1", true),
        List.of(),
        true);
  }

  private static RoutingTable table(RouteTables.Served served) {
    return RouteTables.of(3, "127.0.0.1", 8080, List.of(served), List.of(), List.of());
  }

  private static RouteTables.Group group(String id) {
    return new RouteTables.Group(
        id, "/health", List.of("/api/**"), List.of(new Target("t-" + id, "127.0.0.1", 1, false)));
  }

  private static Action forward(Weighted... groups) {
    return new Action.Forward(List.of(groups));
  }

  private static Action api(RoutingTable table, String listener) {
    return listener(table, listener).rules().getFirst().action();
  }

  private static Listener listener(RoutingTable table, String name) {
    return table.listeners().stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
  }
}
