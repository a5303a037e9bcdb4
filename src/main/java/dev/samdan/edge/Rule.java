package dev.samdan.edge;

import java.util.List;

/**
 * Which requests of a listener get which action.
 *
 * @param hosts host names without port; {@code *.example.com} stands for every name below it; empty
 *     means any
 * @param paths patterns such as {@code /api/**} (which matches {@code /api} too); empty means any
 */
public record Rule(List<String> hosts, List<String> paths, Action action) {
  public Rule {
    hosts = List.copyOf(hosts);
    paths = List.copyOf(paths);
  }
}
