package dev.samdan.platform;

import dev.samdan.base.AtomicFile;
import dev.samdan.cli.Verb;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code samdan service}: Samdan as a service of the machine. */
@Command(name = "service", description = "Samdan as a systemd service: install.")
final class ServiceCommand extends Verb {
  @Command(description = "Writes a systemd unit for control and says how to enable it.")
  void install(
      @Option(names = "--unit", paramLabel = "FILE", description = "Where to write it.")
          @Nullable Path unit) {
    boolean root = System.getProperty("user.name").equals("root");
    Path file =
        unit != null
            ? unit
            : root
                ? Path.of("/etc/systemd/system/samdan.service")
                : Path.of(System.getProperty("user.home"), ".config/systemd/user/samdan.service");
    Path launcher = Program.source().resolve("samdan");
    // KillMode=process: the edge, the database and the tasks outlive control.
    AtomicFile.write(
        file,
        """
        [Unit]
        Description=Samdan control
        After=network.target

        [Service]
        Environment=JAVA_HOME=%s
        Environment=SAMDAN_HOME=%s
        ExecStart=%s up
        KillMode=process
        Restart=always
        RestartSec=1

        [Install]
        WantedBy=%s
        """
            .formatted(
                System.getProperty("java.home"),
                home(),
                launcher,
                root ? "multi-user.target" : "default.target"));
    String systemctl = root ? "systemctl" : "systemctl --user";
    System.out.println("Wrote " + file + ". Start it now and at every boot:");
    System.out.println(
        "  " + systemctl + " daemon-reload && " + systemctl + " enable --now samdan");
  }
}
