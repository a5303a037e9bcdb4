package dev.samdan.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.pullrequest.BranchGraph.Lane;
import dev.samdan.pullrequest.BranchGraph.Node;
import dev.samdan.source.BranchView;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphDrawingTest {
  @Test
  void a_label_that_is_wider_than_the_graph_begins_at_its_left_edge() {
    String tag = "v".repeat(120);
    Node node =
        new Node(
            "c1",
            "Change",
            "Kim",
            Instant.EPOCH,
            false,
            List.of("1.0.0", tag),
            List.of(),
            List.of());
    BranchView branch =
        new BranchView(
            "main", "fixed", null, "c1", "Change", "Kim", Instant.EPOCH, 0, 0, List.of());
    Lane lane = new Lane(branch, null, null, List.of(node), null);

    List<LaneDrawing.Label> labels =
        new GraphDrawing(Words.of("en"), List.of(lane), List.of()).lane(lane, null).labels();

    assertThat(labels).extracting(LaneDrawing.Label::text).containsExactly("1.0.0", tag);
    assertThat(labels.getFirst().x()).isBetween(200.0, 320.0);
    assertThat(labels.getLast().x()).isEqualTo(1);
  }
}
