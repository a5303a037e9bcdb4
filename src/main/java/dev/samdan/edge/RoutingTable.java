package dev.samdan.edge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the edge serves, given whole each time: what is not named in it ends.
 *
 * @param generation control's generation; a table of an older one is refused, so two controls never
 *     fight
 * @param version counts up within a generation; an older version of the same generation is refused
 *     too
 */
public record RoutingTable(
    long generation,
    long version,
    List<Listener> listeners,
    List<TargetGroup> targetGroups,
    List<Site> sites,
    List<Relay> relays) {
  /** What an edge serves that was never told anything. */
  public static final RoutingTable EMPTY =
      new RoutingTable(0, 0, List.of(), List.of(), List.of(), List.of());

  public RoutingTable {
    listeners = List.copyOf(listeners);
    targetGroups = List.copyOf(targetGroups);
    sites = List.copyOf(sites);
    relays = relaysOf(relays);
  }

  /** A table that an older edge kept has none. */
  private static List<Relay> relaysOf(@Nullable List<Relay> relays) {
    return relays == null ? List.of() : List.copyOf(relays);
  }
}
