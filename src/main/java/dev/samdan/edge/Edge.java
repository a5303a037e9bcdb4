package dev.samdan.edge;

import dev.samdan.base.ProcessId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Control's client for the edge of a home. Holds no connection; safe for use by many threads. */
public final class Edge {
  /** What {@code java} is to be started with for {@link EdgeMain}: a small heap and few threads. */
  public static final List<String> JVM_OPTIONS =
      List.of(
          "-Xms16m",
          "-Xmx192m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=4",
          "-XX:MaxDirectMemorySize=160m",
          "-Xss512k",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Path folder;

  /** The edge whose files lie in {@code home/edge}. */
  public Edge(Path home) {
    this.folder = home.resolve("edge");
  }

  /**
   * What became of a table that the edge took on.
   *
   * @param problems what of it could not be served, such as a listener whose port is taken (it is tried again every
   *     second) or a site without files; all else serves
   */
  public record Applied(long generation, long version, List<String> problems) {}

  /**
   * Gives the edge a whole table; it is in force, kept on disk and its sites are loaded when this returns.
   *
   * @throws dev.samdan.base.PlatformException CONFLICT where the edge has a table of a newer generation or version,
   *     INVALID where the table contradicts itself, UNAVAILABLE where no edge answers or its disk takes nothing
   */
  public Applied apply(RoutingTable table) {
    throw new UnsupportedOperationException(table + " " + folder);
  }

  /** What the edge does; UNAVAILABLE where none answers. */
  public EdgeStatus status() {
    throw new UnsupportedOperationException();
  }

  /** The edge's process, where it is alive. */
  public Optional<ProcessId> process() {
    throw new UnsupportedOperationException();
  }

  /** Whether a living edge answers. */
  public boolean answers() {
    throw new UnsupportedOperationException();
  }
}
