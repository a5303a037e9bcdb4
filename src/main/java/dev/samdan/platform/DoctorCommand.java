package dev.samdan.platform;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.base.Probe;
import dev.samdan.cli.Verb;
import dev.samdan.isolation.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code samdan doctor}: what this machine lacks, and the remedy. */
@Command(name = "doctor", description = "What is missing on this machine, and the remedy.")
final class DoctorCommand extends Verb implements Callable<Integer> {
  /** One thing that was looked at; {@code needed} ones make doctor end with 1. */
  private record Finding(String name, boolean ok, boolean needed, String found, String remedy) {}

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>();
    findings.add(jdk());
    findings.add(tool("git", true, "apt-get install git", "--version"));
    findings.add(tool("setsid", true, "apt-get install util-linux", "--version"));
    findings.add(writable());
    findings.add(userNamespaces());
    findings.add(isolation());
    Settings settings = Settings.load(home());
    boolean running = new ControlProcess(home()).process().isPresent();
    findings.add(port("--port", settings.bind(), settings.port(), running));
    findings.add(port("--edge-port", settings.bind(), settings.edgePort(), running));
    findings.add(
        tool(
            "docker",
            false,
            "needed for Dockerfiles with RUN, and for tasks in containers: apt-get install"
                + " docker.io",
            "info",
            "--format",
            "{{.ServerVersion}}"));
    boolean well = findings.stream().allMatch(f -> f.ok || !f.needed);
    if (wantsJson()) {
      print(Json.mapper().valueToTree(Map.of("ok", well, "findings", findings)));
    } else {
      for (Finding finding : findings) {
        System.out.println(
            (finding.ok ? "ok       " : finding.needed ? "missing  " : "absent   ")
                + finding.name
                + ": "
                + finding.found);
        if (!finding.ok) {
          System.out.println("         " + finding.remedy);
        }
      }
    }
    return well ? 0 : 1;
  }

  private static Finding jdk() {
    int version = Runtime.version().feature();
    return new Finding(
        "JDK",
        version >= 25,
        true,
        Runtime.version() + " in " + System.getProperty("java.home"),
        "install a JDK 25 or newer and set JAVA_HOME to it");
  }

  private Finding writable() {
    try {
      Home.prepare(home());
      long free = Files.getFileStore(home()).getUsableSpace() >> 20;
      return new Finding("home", true, true, home() + ", " + free + " MB free", "");
    } catch (PlatformException e) {
      return new Finding(
          "home", false, true, e.text(), "give another folder with --home, or free some disk");
    } catch (IOException e) {
      return new Finding("home", false, true, e.toString(), "give another folder with --home");
    }
  }

  /** PostgreSQL refuses to run as root; there it is started in a user namespace. */
  private static Finding userNamespaces() {
    boolean root = System.getProperty("user.name").equals("root");
    if (!root) {
      return new Finding("user namespaces", true, false, "not needed: this is not root", "");
    }
    boolean works = Probe.ends(0, "unshare", "-U", "--map-user=1000", "--map-group=1000", "true");
    return new Finding(
        "user namespaces",
        works,
        true,
        works ? "work: PostgreSQL runs in one" : "refused by this kernel or container",
        "run Samdan as a plain user, allow them (sysctl kernel.unprivileged_userns_clone=1), or"
            + " name a PostgreSQL with SAMDAN_DATABASE_URL");
  }

  private static Finding isolation() {
    return switch (Isolation.ability()) {
      case CONFINES ->
          new Finding(
              "isolation",
              true,
              false,
              "builds and each environment's tasks run as users of their own",
              "");
      case PLAIN_USER ->
          new Finding(
              "isolation",
              false,
              false,
              "builds and tasks run as "
                  + System.getProperty("user.name")
                  + " and can read what that user can",
              "run Samdan as root for users of their own, or tasks in containers (docs/run.md)");
      case REFUSED ->
          new Finding(
              "isolation",
              false,
              false,
              "no mount namespaces here, so builds and tasks run as root and can read all of the"
                  + " home",
              "in a container: give it the capabilities SYS_ADMIN, SETUID and SETGID, or run tasks"
                  + " in containers (docs/run.md)");
    };
  }

  private static Finding port(String option, String bind, int port, boolean running) {
    if (running) {
      return new Finding("port " + port, true, true, "held by this home's Samdan", "");
    }
    try {
      Start.checkFree(option, bind, port);
      return new Finding("port " + port, true, true, "free", "");
    } catch (PlatformException e) {
      return new Finding("port " + port, false, true, "taken", e.text());
    }
  }

  private static Finding tool(String name, boolean needed, String remedy, String... arguments) {
    List<String> command = new ArrayList<>(List.of(name));
    command.addAll(List.of(arguments));
    boolean there = Probe.ends(0, command.toArray(String[]::new));
    return new Finding(name, there, needed, there ? "there" : "does not answer", remedy);
  }
}
