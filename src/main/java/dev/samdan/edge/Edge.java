package dev.samdan.edge;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.base.ProcessId;
import java.io.IOException;
import java.nio.file.Files;
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
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:+UseSerialGC",
          "-XX:MaxDirectMemorySize=160m",
          "-XX:ReservedCodeCacheSize=64m",
          "-XX:+UseCompactObjectHeaders",
          "-XX:-UsePerfData",
          "-Xss512k",
          "-Dsun.jnu.encoding=UTF-8",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final Path folder;
  private final AdminClient admin;

  /** The edge whose files lie in {@code home/edge}. */
  public Edge(Path home) {
    this.folder = home.resolve("edge");
    this.admin = new AdminClient(folder);
  }

  /**
   * What became of a table that the edge took on.
   *
   * @param problems what of it could not be served, such as a listener whose port is taken (it is
   *     tried again every second) or a site without files; all else serves
   */
  public record Applied(long generation, long version, List<String> problems) {}

  /**
   * Gives the edge a whole table; it is in force, kept on disk and its sites are loaded when this
   * returns.
   *
   * @throws dev.samdan.base.PlatformException CONFLICT where the edge has a table of a newer
   *     generation or version, INVALID where the table contradicts itself, UNAVAILABLE where no
   *     edge answers or its disk takes nothing
   */
  public Applied apply(RoutingTable table) {
    return Json.read(admin.call("PUT", "/table", Json.bytes(table)), Applied.class);
  }

  /** What the edge does; UNAVAILABLE where none answers. */
  public EdgeStatus status() {
    return Json.read(admin.call("GET", "/status", new byte[0]), EdgeStatus.class);
  }

  /** As {@link #status()} but without traffic: cheap enough to be asked many times a second. */
  public EdgeStatus state() {
    return Json.read(admin.call("GET", "/state", new byte[0]), EdgeStatus.class);
  }

  /** The edge's process, where it is alive. */
  public Optional<ProcessId> process() {
    try {
      return ProcessId.parse(Files.readString(folder.resolve(EdgeServer.PROCESS)))
          .filter(ProcessId::isAlive);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether a living edge answers. */
  public boolean answers() {
    try {
      return process().isPresent() && admin.call("GET", "/state", new byte[0]).length > 0;
    } catch (PlatformException e) {
      return false;
    }
  }
}
