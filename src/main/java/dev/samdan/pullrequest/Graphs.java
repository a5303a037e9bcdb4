package dev.samdan.pullrequest;

import dev.samdan.pullrequest.BranchGraph.Join;
import dev.samdan.pullrequest.BranchGraph.Lane;
import dev.samdan.pullrequest.BranchGraph.Node;
import dev.samdan.source.BranchView;
import dev.samdan.source.History;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lays a repository's branches out as lanes, from each one's own line of commits. */
final class Graphs {
  private static final int MOST_NODES = 60;
  private static final int MOST_SEARCHED = 500;

  private final History history;
  private final Marks marks;

  /**
   * What is marked beside the commits.
   *
   * @param tags by commit
   * @param arriving versions whose tag follows, by commit
   * @param live environments, by commit
   * @param pulls open ones by source branch
   * @param merged numbers of pull requests by the commit of their merge
   */
  record Marks(
      Map<String, List<String>> tags,
      Map<String, List<String>> arriving,
      Map<String, List<String>> live,
      Map<String, PullRequestRow> pulls,
      Map<String, Integer> merged) {}

  Graphs(History history, Marks marks) {
    this.history = history;
    this.marks = marks;
  }

  BranchGraph of(String repository, String production, String integration, List<BranchView> all) {
    Map<String, List<History.Node>> lines = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>();
    for (BranchView branch : order(production, integration, all)) {
      lines.put(branch.name(), own(repository, branch, taken));
    }
    List<Lane> lanes = new ArrayList<>();
    for (BranchView branch : shown(production, integration, all)) {
      lanes.add(lane(branch, lines));
    }
    return new BranchGraph(repository, lanes, joins(lines));
  }

  /** The branches that last come first, so that a commit stands on the lane where it was made. */
  private static List<BranchView> order(
      String production, String integration, List<BranchView> all) {
    return all.stream()
        .sorted(
            Comparator.comparing((BranchView b) -> !b.name().equals(production))
                .thenComparing(b -> !b.name().equals(integration))
                .thenComparing(BranchView::name))
        .toList();
  }

  /** From the top: production, hotfixes, integration, then the newest first. */
  private static List<BranchView> shown(
      String production, String integration, List<BranchView> all) {
    return all.stream()
        .sorted(
            Comparator.comparingInt((BranchView b) ->
                    b.name().equals(production)
                        ? 0
                        : b.name().equals(integration) ? 2 : production.equals(b.base()) ? 1 : 3)
                .thenComparing(BranchView::at, Comparator.reverseOrder())
                .thenComparing(BranchView::name))
        .toList();
  }

  /** A branch's commits down to the first that stands on another lane, newest first. */
  private List<History.Node> own(String repository, BranchView branch, Set<String> taken) {
    List<History.Node> line = new ArrayList<>();
    for (History.Node node : history.line(repository, branch.commit(), MOST_SEARCHED)) {
      if (!taken.add(node.id())) {
        break;
      }
      line.add(node);
    }
    return line;
  }

  private Lane lane(BranchView branch, Map<String, List<History.Node>> lines) {
    List<History.Node> own = lines.getOrDefault(branch.name(), List.of());
    String fork =
        own.isEmpty()
            ? branch.commit()
            : own.getLast().parents().isEmpty() ? null : own.getLast().parents().getFirst();
    List<Node> nodes = own.stream().limit(MOST_NODES).map(this::node).toList().reversed();
    return new Lane(
        branch,
        fork,
        fork == null ? null : laneOf(fork, lines).orElse(null),
        nodes,
        marks.pulls().get(branch.name()));
  }

  private Node node(History.Node node) {
    return new Node(
        node.id(),
        node.subject(),
        node.author(),
        node.at(),
        node.isMerge(),
        marks.tags().getOrDefault(node.id(), List.of()),
        marks.arriving().getOrDefault(node.id(), List.of()),
        marks.live().getOrDefault(node.id(), List.of()));
  }

  private static Optional<String> laneOf(String commit, Map<String, List<History.Node>> lines) {
    return lines.entrySet().stream()
        .filter(line -> line.getValue().stream().anyMatch(n -> n.id().equals(commit)))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private List<Join> joins(Map<String, List<History.Node>> lines) {
    Map<String, String> laneOf = new HashMap<>();
    lines.forEach((lane, line) -> line.forEach(node -> laneOf.put(node.id(), lane)));
    List<Join> joins = new ArrayList<>();
    lines.forEach((lane, line) ->
        line.stream()
            .limit(MOST_NODES)
            .filter(node -> node.isMerge() || marks.merged().containsKey(node.id()))
            .forEach(node -> joins.add(join(lane, node, laneOf))));
    return joins;
  }

  private Join join(String lane, History.Node node, Map<String, String> laneOf) {
    @Nullable String from = node.isMerge() ? node.parents().get(1) : node.id();
    String source = laneOf.get(from);
    return new Join(
        lane, node.id(), lane.equals(source) ? null : source, from, marks.merged().get(node.id()));
  }
}
