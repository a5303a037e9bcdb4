package dev.samdan.platform;

import dev.samdan.base.AtomicFile;
import dev.samdan.cli.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code samdan service}: Samdan as a service of the machine; systemd.service(5), systemd.exec(5).
 */
@Command(name = "service", description = "Samdan as a systemd service: install.")
final class ServiceCommand extends Verb {
  /** What control reads from the environment that it is started in. */
  private static final List<String> CARRIED = List.of("SAMDAN_DATABASE_URL", "DOCKER_HOST");

  @Command(description = "Writes a systemd unit for control and says how to enable it.")
  void install(
      @Option(names = "--unit", paramLabel = "FILE", description = "Where to write it.")
          @Nullable Path unit)
      throws IOException {
    boolean root = System.getProperty("user.name").equals("root");
    Path file =
        unit != null
            ? unit
            : root
                ? Path.of("/etc/systemd/system/samdan.service")
                : Path.of(System.getProperty("user.home"), ".config/systemd/user/samdan.service");
    Path launcher = Program.source().resolve("samdan");
    // KillMode=process: the edge, the database and the tasks outlive control.
    // SuccessExitStatus: a JVM that SIGTERM ends says so with 143.
    AtomicFile.write(
        file,
        """
        [Unit]
        Description=Samdan control
        After=network.target
        StartLimitIntervalSec=0

        [Service]
        %s
        ExecStart=%s up
        KillMode=process
        Restart=on-failure
        RestartSec=1
        SuccessExitStatus=143

        [Install]
        WantedBy=%s
        """
            .formatted(
                String.join("\n", environment()),
                quoted(launcher.toString()),
                root ? "multi-user.target" : "default.target"));
    // What systemd reads here it tells everybody; a unit that is hidden only makes it warn.
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    String systemctl = root ? "systemctl" : "systemctl --user";
    System.out.println("Wrote " + file + ". Start it now and at every boot:");
    System.out.println(
        "  " + systemctl + " daemon-reload && " + systemctl + " enable --now samdan");
    if (!root) {
      // A user's services end with the last session, and start with the first, unless they linger.
      System.out.println("  loginctl enable-linger");
    }
  }

  /** The lines of the unit that say it; root's services have not even a HOME of their own. */
  private List<String> environment() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("Environment=" + quoted("JAVA_HOME=" + System.getProperty("java.home")));
    lines.add("Environment=" + quoted("HOME=" + System.getProperty("user.home")));
    lines.add("Environment=" + quoted("SAMDAN_HOME=" + home()));
    Path file = home().resolve("service.env");
    String carried = carried();
    if (carried.isEmpty()) {
      Files.deleteIfExists(file);
    } else {
      // It may hold a password, which a unit would show to everybody.
      Home.prepare(home());
      AtomicFile.write(file, carried);
      lines.add("EnvironmentFile=" + file.toString().replace("%", "%%"));
    }
    return lines;
  }

  private static String carried() {
    StringBuilder lines = new StringBuilder();
    for (String name : CARRIED) {
      String value = System.getenv(name);
      if (value != null && !value.isBlank()) {
        lines
            .append(name)
            .append("=\"")
            .append(value.replaceAll("[\"\\\\`$]", "\\\\$0"))
            .append("\"\n");
      }
    }
    return lines.toString();
  }

  /** One word of a unit, in which systemd would else see blanks, escapes and specifiers. */
  private static String quoted(String word) {
    return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%") + '"';
  }
}
