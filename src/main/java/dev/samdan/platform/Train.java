package dev.samdan.platform;

import dev.samdan.base.Folders;
import dev.samdan.base.PlatformException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes the start-up caches that lie beside the program's jar in {@code aot/}: runs the command
 * line, control and the edge once through real work on a scratch home, each writing its cache (JEP
 * 514) as it ends. Without them everything works and starts slower, so a failure here is said and
 * is no reason not to use the program.
 */
public final class Train {
  /** The whole of it; a machine too busy for this goes without. */
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** How long the sample's delivery may take; what it does not reach stays untrained. */
  private static final Duration DELIVERY = Duration.ofSeconds(8);

  private static final String INDENT = "  ";

  /** The commands' own output is not for the person who builds. */
  private static final PrintStream PROGRESS = System.err;

  private Train() {}

  /**
   * Without arguments trains all three; {@code commands PORT EDGE_PORT} is the command line's own
   * run.
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 3) {
      commands(arguments[1], arguments[2]);
      return;
    }
    System.exit(train() ? 0 : 1);
  }

  private static boolean train() throws IOException, InterruptedException {
    Path folder =
        Program.folder()
            .orElseThrow(
                () -> PlatformException.invalid("there is no samdan.jar to make caches for"));
    Path caches = Files.createDirectories(folder.resolve("aot"));
    Path home = Files.createTempDirectory("samdan-train");
    try {
      Process commands = start(caches, home);
      Thread.ofVirtual().start(() -> tell(commands));
      if (!commands.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        commands.destroyForcibly().waitFor();
      }
      return made(caches);
    } finally {
      // After a run that went well nothing is alive any more, and there is nothing to say.
      System.setOut(new PrintStream(OutputStream.nullOutputStream()));
      System.setErr(System.out);
      Main.run("down", "--all", "--home", home.toString());
      delete(home);
    }
  }

  private static Process start(Path caches, Path home) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(
        List.of(
            "-XX:AOTCacheOutput=" + caches.resolve("cli.aot"), "-Xlog:aot=off", "-Xlog:cds=off"));
    command.add("-Dsamdan.train=" + caches);
    command.add("-Dsamdan.source=" + Program.source());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Train.class.getName(), "commands"));
    command.addAll(freePorts());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SAMDAN_HOME", home.toString());
    builder.environment().remove("SAMDAN_URL");
    builder.environment().remove("SAMDAN_TOKEN");
    builder.environment().remove("SAMDAN_DATABASE_URL");
    return builder.start();
  }

  /**
   * Passes on what a run says of itself; the JVM's own lines about the cache are not for the person
   * who builds.
   */
  private static void tell(Process run) {
    run.inputReader(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith(INDENT))
        .forEach(PROGRESS::println);
  }

  /** What people run most, and a delivery, against a control and an edge that are trained by it. */
  private static void commands(String port, String edgePort) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream kept = new PrintStream(said, true, StandardCharsets.UTF_8);
    System.setOut(kept);
    System.setErr(kept);
    say("starting a scratch control and edge");
    if (Main.run("up", "--detach", "--port", port, "--edge-port", edgePort) != 0) {
      say(said.toString(StandardCharsets.UTF_8).strip());
      return;
    }
    say("delivering the sample to it");
    deliver(port, edgePort);
    say("running the commands");
    for (int round = 0; round < 2; round++) {
      Main.run("status");
      Main.run("status", "--json");
      Main.run("execution", "list");
      Main.run("execution", "list", "--json");
      Main.run("pipeline", "list");
      Main.run("deployment", "list");
      Main.run("app", "list");
      Main.run("room", "list");
      Main.run("up", "--detach");
    }
    say("stopping; each process writes its cache");
    Main.run("down", "--all");
  }

  /** The demo, left where it stands when it takes too long. */
  private static void deliver(String port, String edgePort) {
    Thread demo =
        Thread.ofPlatform()
            .daemon()
            .start(() -> Main.run("demo", "--detach", "--port", port, "--edge-port", edgePort));
    try {
      demo.join(DELIVERY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    demo.interrupt();
  }

  private static boolean made(Path caches) throws IOException {
    boolean all = true;
    for (String name : List.of("cli.aot", "control.aot", "edge.aot")) {
      Path cache = caches.resolve(name);
      if (Files.isRegularFile(cache)) {
        say(name + " " + (Files.size(cache) >> 20) + " MB");
      } else {
        say(name + " was not made");
        all = false;
      }
    }
    return all;
  }

  private static List<String> freePorts() throws IOException {
    try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return List.of(String.valueOf(first.getLocalPort()), String.valueOf(second.getLocalPort()));
    }
  }

  private static void delete(Path folder) {
    try {
      Folders.delete(folder);
    } catch (PlatformException e) {
      say(e.text());
    }
  }

  private static void say(String line) {
    PROGRESS.println(INDENT + line);
  }
}
